// Compiles libs/export/src/onnx/onnx.proto into a static module: no code is made at run time, so it also runs in
// pages whose content security policy forbids `eval`. Run after changing the .proto, then commit the result:
//   node tools/generate-onnx.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = new URL('../libs/export/src/onnx/', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'onnx-'));
const compile = [
  'pbjs', '-t', 'static-module', '-w', 'esm', '--es6', '--root', 'facenet-onnx', '--keep-case',
  '--no-create', '--no-verify', '--no-convert', '--no-delimited', '--no-service', '--no-typeurl',
];

// The declarations are made from the comments, so they need a commented copy.
const commented = join(scratch, 'onnx.js');
run([...compile, '-o', commented, join(folder, 'onnx.proto')]);
run(['pbts', '-o', join(folder, 'generated/onnx.d.ts'), commented]);
run([...compile, '--no-comments', '-o', join(folder, 'generated/onnx.js'), join(folder, 'onnx.proto')]);
rmSync(scratch, { recursive: true });

function run(command) {
  execFileSync('npx', ['-y', '-p', 'protobufjs-cli@2.7.1', '-p', 'protobufjs@8.8.1', ...command], { stdio: 'inherit' });
}
