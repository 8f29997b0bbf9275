# Two commands for a newcomer: `make demo` shows it at work, `make test` proves it.
.DEFAULT_GOAL := help
.PHONY: help install build lint lint-types lint-format lint-rules test soak bench forward demo docs image images test-image test-airbyte clean

SOURCE ?= segment
# The image of one source, as `make images` names those of all.
IMAGE ?= source-$(SOURCE):dev
# Arguments of `docker build`, e.g. --network host where containers have no network of their own.
BUILD_ARGS ?=
SOAK_MINUTES ?= 30
INSTALLED := node_modules/.package-lock.json
SOURCES := segment mixpanel moesif
PYTHON ?= python3
# The tests run on the image's Node.js: an older one holds back less for a slow reader, for example.
NODE_MAJOR := $(shell sed -n 's/^FROM node:\([0-9]*\).*/\1/p' Dockerfile | tail -1)
NODE_OF_IMAGE :=
ON_NODE_OF_IMAGE :=
ifneq ($(shell node -p 'process.versions.node.split(".")[0]'),$(NODE_MAJOR))
NODE_OF_IMAGE := .node/.installed
ON_NODE_OF_IMAGE := PATH="$(CURDIR)/.node/node_modules/node/bin:$$PATH"
endif
JUDGES := .venv/.installed

help: ## These lines
	@grep -hE '^[a-z%-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z%-]+):.*## /\1\t/' | expand -t 14

install: $(INSTALLED) ## Install what package-lock.json names

$(INSTALLED): package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

build: $(INSTALLED) ## Bundle src into dist/; compile it, sandbox and scripts into build/
	@rm -rf dist build
	npm run --silent build

lint: $(INSTALLED) ## Types, format, layer rules, unused code
	@# Side by side: none of them keeps two processors busy.
	$(MAKE) --no-print-directory -j2 lint-types lint-format lint-rules

lint-types lint-format lint-rules: $(INSTALLED)
	npm run --silent $@

.node/.installed: Dockerfile
	npm install --prefix .node --no-save --no-audit --no-fund --loglevel=error node@$(NODE_MAJOR)
	@# Where npm may run no scripts, it says nothing and brings none.
	@$(ON_NODE_OF_IMAGE) node -e 'if (process.versions.node.split(".")[0] !== "$(NODE_MAJOR)") throw new Error("npm has not installed Node.js $(NODE_MAJOR) in .node: does ignore-scripts forbid it?")'
	@touch $@

test: build $(NODE_OF_IMAGE) ## All tests but those of images, on the image's Node.js; `npm test` runs them on another one
	@# A failed test that leaves a server open must not hold up CI for ever.
	$(ON_NODE_OF_IMAGE) npm test --silent -- --forceExit

soak: build $(NODE_OF_IMAGE) ## The fault suite for SOAK_MINUTES (30), from new seeds; a failure prints its seed
	SOAK_MINUTES=$(SOAK_MINUTES) $(ON_NODE_OF_IMAGE) npm test --silent -- --forceExit --maxWorkers=2 test/faults

demo: build ## A full and an incremental sync of a simulated Segment workspace
	@node build/scripts/demo.js segment

demo-%: build ## The same of another source: demo-mixpanel, demo-moesif
	@node build/scripts/demo.js $*

forward: build ## 100,000 audit events sent to the sandbox over HTTP, each of them looked for there
	@node build/scripts/forward.js

bench: build ## Speed and memory against a script that does nothing else; BENCH="--quick" for a look
	@node build/scripts/bench.js $(BENCH)

docs: build ## Write the generated parts of the documents
	node build/scripts/docs.js
	node build/scripts/integration.js

image: ## Build the container image of SOURCE (segment)
	docker build $(BUILD_ARGS) --build-arg SOURCE=$(SOURCE) -t $(IMAGE) .

images: ## An image of every source: all but a few labels is built once
	$(foreach source,$(SOURCES),$(MAKE) --no-print-directory image SOURCE=$(source) IMAGE=source-$(source):dev &&) true

test-image: build images ## Run each image as the platform does, against its sandbox
	node build/scripts/test-image.js

test-airbyte: build images $(JUDGES) ## Airbyte's own suites: airbyte-cdk's, PyAirbyte, the protocol's classes
	cd integration_tests && PYTHONDONTWRITEBYTECODE=1 ../.venv/bin/python -m pytest -p no:cacheprovider -p no:warnings \
	  -q -rs --read-from-streams=all

$(JUDGES): integration_tests/requirements.txt
	$(PYTHON) -m venv --clear .venv
	.venv/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

clean: ## Remove what was built and installed
	rm -rf dist build coverage node_modules .node .venv
