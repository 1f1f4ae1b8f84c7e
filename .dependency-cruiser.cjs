/**
 * Who may call whom. web → api (types of its client only), api → db, worker → db, db → nobody. Within db each folder
 * is a book: others enter it through its commands and queries. Readers (views.ts, …Views.ts, …Of.ts) may join another book's tables;
 * that no book writes another's tables is checked by tests/db/books.test.ts.
 */
const book = '^db/([^/]+)/';
const notBooks = '^db/(connect|demo|import)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'web-knows-only-the-type-of-the-api',
      severity: 'error',
      comment: 'Pages are built from the type of the API client; nothing of the server may end up in them.',
      from: { path: '^web/' },
      to: { path: '^api/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'web-enters-the-api-by-its-app',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^api/', pathNot: '^api/app\\.ts$' },
    },
    {
      name: 'web-never-touches-the-books',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(db|worker|tests)/' },
    },
    {
      name: 'api-calls-only-the-books',
      severity: 'error',
      from: { path: '^api/' },
      to: { path: '^(web|worker|tests)/' },
    },
    {
      name: 'worker-calls-only-the-books',
      severity: 'error',
      from: { path: '^worker/' },
      to: { path: '^(web|api|tests)/' },
    },
    {
      name: 'books-call-nobody',
      severity: 'error',
      from: { path: '^db/' },
      to: { path: '^(api|web|worker|tests)/' },
    },
    {
      name: 'tables-are-touched-by-books-only',
      severity: 'error',
      comment: 'Commands and queries are called; only better-auth is handed the sign-in tables themselves.',
      from: { path: '^(api|worker)/' },
      to: {
        path: 'schema[.]ts$',
        pathNot: '^db/people/signin[.]schema[.]ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'a-command-knows-its-own-tables-only',
      severity: 'error',
      comment:
        'Another book is entered by its commands and queries. Readers join across, schemas refer across.',
      from: { path: book, pathNot: [notBooks, 'schema[.]ts$', '[vV]iews?[.]ts$', 'Of[.]ts$'] },
      to: {
        path: '^db/.+schema[.]ts$',
        pathNot: ['^db/connect/', '^db/$1/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'the-ground-knows-no-book',
      severity: 'error',
      from: { path: '^db/connect/' },
      to: { path: '^db/', pathNot: '^db/connect/' },
    },
    {
      name: 'verify-stands-alone',
      severity: 'error',
      comment: 'Whoever distrusts the bank reads and runs this one file; nobody else needs it.',
      from: { path: '^db/verify/' },
      to: { dependencyTypesNot: ['core'] },
    },
    {
      name: 'the-checker-stands-alone',
      severity: 'error',
      comment: 'It judges the engine, so it shares nothing with it.',
      from: { path: '^worker/dispatch/checker/' },
      to: { pathNot: '^(worker/dispatch/checker/|node_modules/zod/)', dependencyTypesNot: ['core'] },
    },
    {
      name: 'no-book-needs-the-demo',
      severity: 'error',
      from: { path: book, pathNot: notBooks },
      to: { path: '^db/(demo|import)/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'A file that nobody imports and that imports nothing is dead.',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', '\\.config\\.ts$'] },
      to: {},
    },
    {
      name: 'only-what-exists',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^virtual:' },
    },
    {
      name: 'only-what-is-declared',
      severity: 'error',
      comment: 'What the product runs with stands under dependencies of package.json.',
      from: { path: '^(api|db|web|worker)/', pathNot: '^db/connect/migrations-in-step\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(node_modules|web/dist|db/migrations)' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.vue', '.json', '.d.ts'],
    },
  },
};
