// Says in one sentence why npm scripts cannot run when `npm ci` was not allowed to bring its own Node.js.
const OLDEST_NODE = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(
    `This needs Node.js ${OLDEST_NODE} or newer; this is ${process.versions.node}. \`npm ci\` brings it in the ` +
      "package `node`, whose install script seems to be blocked: allow it " +
      "(`npm ci --ignore-scripts=false`), or install Node.js 24.\n",
  );
  process.exit(2);
}
