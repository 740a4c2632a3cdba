/** Compiles the MPI addon into dist/mpi.node: npx nx build-mpi @facenet/collective */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const project = path.resolve(import.meta.dirname, '..');
const needed = 'expected Open MPI with its compiler wrapper, as Debian has it: apt-get install g++ openmpi-bin libopenmpi-dev';

/** What Open MPI's wrapper would hand to the compiler; empty words left out. */
function flags(stage) {
  const shown = spawnSync('mpicxx', [`--showme:${stage}`], { encoding: 'utf8' });
  if (shown.error || shown.status !== 0) throw new Error(`mpicxx: not found or not Open MPI's; ${needed}`);
  // The old C++ interface of MPI is not used.
  return shown.stdout.trim().split(/\s+/).filter((word) => word !== '' && word !== '-lmpi_cxx');
}

function build() {
  const require = createRequire(import.meta.url);
  const headers = [require('node-api-headers').include_dir, path.dirname(require.resolve('node-addon-api/package.json'))];
  const out = path.join(project, 'dist/mpi.node');
  const temporary = `${out}.${process.pid}.tmp`;
  mkdirSync(path.dirname(out), { recursive: true });
  execFileSync(process.env.CXX ?? 'g++', [
    '-std=c++17', '-O2', '-fPIC', '-shared', '-Wall', '-Wextra', '-Wno-cast-function-type',
    '-DNAPI_VERSION=8', '-DNODE_ADDON_API_CPP_EXCEPTIONS', '-DBUILDING_NODE_EXTENSION', '-DOMPI_SKIP_MPICXX',
    ...headers.flatMap((folder) => ['-isystem', folder]), ...flags('compile'),
    path.join(project, 'native/addon.cc'), '-o', temporary, ...flags('link'),
  ], { stdio: 'inherit' });
  renameSync(temporary, out);
  console.log(`built ${path.relative(process.cwd(), out)}`);
}

try {
  build();
} catch (error) {
  console.error(`build-mpi: ${error.message}`);
  process.exitCode = 1;
}
