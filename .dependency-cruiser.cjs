/** The arrows of docs/design.md: main -> commands -> (export, forward ->) engine -> (protocol, http), and sources -> (tracking ->) (engine, http). */
const only = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|sandbox|test)/', pathNot: to },
});

module.exports = {
  forbidden: [
    only('protocol-stands-alone', '^src/protocol/', '^src/protocol/'),
    only('http-stands-alone', '^src/http/', '^src/http/'),
    only('engine-knows-no-vendor', '^src/engine/', '^src/(engine|protocol|http)/'),
    only('an-export-uses-the-engine', '^src/export/', '^src/(export|engine|protocol|http)/'),
    only('a-forwarding-uses-the-engine', '^src/forward/', '^src/(forward|engine|protocol|http)/'),
    only('tracking-uses-the-engine-and-http', '^src/tracking/', '^src/(tracking|engine|http)/'),
    only('commands-use-the-engine', '^src/commands/', '^src/(commands|export|forward|engine|protocol|http)/'),
    only('sandbox-stands-alone', '^sandbox/', '^sandbox/'),
    {
      name: 'a-source-uses-the-engine-and-http',
      severity: 'error',
      from: { path: '^src/sources/([^/]+)/' },
      to: { path: '^(src|sandbox|test)/', pathNot: '^src/(sources/$1|tracking|engine|http)/' },
    },
    {
      name: 'only-the-process-picks-a-source',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(process\\.ts|sources/)' },
      to: { path: '^src/sources/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  },
};
