/** The import rules of docs/architecture.md: folder = subject, suffix = layer. Each rule fails by its name. */

/** `server/call/call.ts`: the words of a subject, which import nothing. */
const DOMAIN = '^server/([^/]+)/\\1\\.ts$'
const CONTRACT = '^server/contract/'
const TESTS = '\\.test\\.tsx?$|/testing\\.ts$|/testing/|^server/journeys/'
const LAYER = (names) => `^server/.*\\.(${names})\\.ts$`

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: { pathNot: '^node_modules' },
      to: { couldNotResolve: true, pathNot: '^virtual:' },
    },
    {
      name: 'pure-decisions',
      comment: 'Machines and policies decide; they have no clock, id, database or socket of their own.',
      severity: 'error',
      from: { path: LAYER('machine|policy'), pathNot: TESTS },
      to: { pathNot: [DOMAIN, CONTRACT, LAYER('machine|policy')] },
    },
    {
      name: 'domain-imports-nothing',
      comment: 'Other subjects’ words and the wire’s are allowed, nothing else.',
      severity: 'error',
      from: { path: DOMAIN },
      to: { pathNot: [DOMAIN, CONTRACT] },
    },
    {
      name: 'contract-is-small',
      comment:
        'The wire is shared with browsers: domain words, zod, and the type of the index that lies beside recordings.',
      severity: 'error',
      from: { path: CONTRACT, pathNot: TESTS },
      to: { pathNot: [CONTRACT, DOMAIN, '^node_modules/zod/', '^sfu/control/replay-index\\.ts$'] },
    },
    {
      name: 'stores-know-no-services',
      severity: 'error',
      from: { path: ['^server/storage/', LAYER('store|table')], pathNot: TESTS },
      to: { path: [LAYER('service|routes|socket'), '^server/(http|socket)/', '^sfu/'] },
    },
    {
      name: 'services-know-no-doors',
      severity: 'error',
      from: { path: LAYER('service|store|table|machine|policy'), pathNot: TESTS },
      to: {
        path: [LAYER('routes|socket'), '^server/(http|socket)/', '^node_modules/(express|socket\\.io)/'],
      },
    },
    {
      name: 'doors-keep-off-the-database',
      comment: 'Routes and sockets parse, call one service and answer.',
      severity: 'error',
      from: { path: LAYER('routes|socket'), pathNot: TESTS },
      to: { path: ['^node_modules/(kysely|pg)/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'server-knows-the-media-node-by-its-contract',
      comment: 'And by the formats of the files that it leaves.',
      severity: 'error',
      from: { path: '^server/', pathNot: TESTS },
      to: { path: '^sfu/', pathNot: ['^sfu/control/', '^sfu/recording/(ebml|opus|raw-reader)\\.ts$'] },
    },
    {
      name: 'server-not-client',
      severity: 'error',
      from: { path: '^server/', pathNot: TESTS },
      to: { path: '^(client|scripts|bench|migrations)/' },
    },
    {
      name: 'media-node-knows-itself-only',
      severity: 'error',
      from: { path: '^sfu/', pathNot: TESTS },
      to: { path: '^(server|client|scripts|bench|migrations)/' },
    },
    {
      name: 'client-knows-itself-and-the-wire',
      severity: 'error',
      from: { path: '^client/', pathNot: TESTS },
      to: { path: '^(server|sfu|scripts|bench|migrations)/', pathNot: [CONTRACT, DOMAIN] },
    },
    {
      name: 'migrations-stand-alone',
      comment: 'A migration must do the same in a year, whatever the code has become.',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^(server|sfu|client|scripts|bench)/' },
    },
    {
      name: 'scripts-know-no-conversations',
      comment: 'The runner starts processes; it never calls into them.',
      severity: 'error',
      from: { path: '^scripts/(runner|setup|bootstrap|start|test)', pathNot: TESTS },
      to: { path: ['^(server|client|bench|migrations)/', '^sfu/(?!worker-build/)'] },
    },
    {
      name: 'no-test-in-the-product',
      severity: 'error',
      from: { pathNot: [TESTS, '^(bench|scripts)/'] },
      to: { path: TESTS },
    },
    {
      name: 'no-dev-package-in-the-product',
      severity: 'error',
      from: { path: '^(server|sfu)/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^((client|server|sfu)/dist|data|sfu/worker-build/overlay)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
}
