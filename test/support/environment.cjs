/**
 * Jest's environment for Node.js, in a context without interceptors: with them each look at a global (`Math`, `Buffer`) takes
 * a microsecond, which came to half of the time of the tests. https://nodejs.org/api/vm.html#vmconstantsdont_contextify
 */
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

module.exports = class extends TestEnvironment {
  constructor(...given) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...given);
      // Jest's hundred took a tenth of the time: every `expect` makes an error.
      this.global.Error.stackTraceLimit = 10;
    } finally {
      vm.createContext = createContext;
    }
  }
};
