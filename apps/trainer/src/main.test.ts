import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../../bin/facenet.mjs', import.meta.url));

function facenet(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const env = { ...process.env };
  delete env['FACENET_DEBUG'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8', env });
  return { code: status, stdout, stderr };
}

test('lists the networks as JSON and nothing else on stdout', () => {
  const { code, stdout, stderr } = facenet('models', '--json');
  expect([code, stderr]).toEqual([0, '']);
  // Totals of the paper's Table 2, counted with a bias per output.
  expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ name: 'nn2', input: [3, 224, 224], embedding: 128, parameters: 7456304, multiplyAdds: 1599771872 }));
}, 120_000);

test('says what is wrong in one line without a stack, with exit code 2', () => {
  expect(facenet('models', 'nn5')).toMatchObject({ code: 2, stdout: '', stderr: 'facenet: nn5: no network is called "nn5"; did you mean \'nn1\'?\n' });
  const missing = facenet('train', 'nowhere.yaml');
  expect(missing).toMatchObject({ code: 2, stderr: 'facenet: nowhere.yaml: cannot read the config (ENOENT)\n' });
  expect(facenet('trian')).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean train?') as string });
}, 120_000);

test('shows the stack where asked for', () => {
  expect(facenet('train', 'nowhere.yaml', '--verbose').stderr).toMatch(/cannot read the config[^]*\n\s+at .*load\.ts/);
}, 120_000);

test('help has examples and the exit codes, with exit code 0', () => {
  const whole = facenet('--help');
  expect(whole.code).toBe(0);
  expect(whole.stdout).toContain('130  interrupted');
  expect(facenet('train', '--help').stdout).toContain('--resume\n');
}, 120_000);
