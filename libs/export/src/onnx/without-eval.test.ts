import { execFileSync } from 'node:child_process';

// What a page's content security policy without 'unsafe-eval' does, as a flag of V8.
test('models are written and read where no code may be made from strings', () => {
  const script = `
    import { OnnxBuilder, readModelInterface } from '@facenet/export';
    try { Function('return 1')(); throw new Error('code was made from a string'); } catch (error) { if (error.name !== 'EvalError') throw error; }
    const model = new OnnxBuilder({ metadata: { modelId: 'abc' } });
    model.output('y', model.node('Relu', [model.input('x', 'float32', ['N', 3])]), 'float32', ['N', 3]);
    const { inputs, metadata } = readModelInterface(model.encode());
    process.stdout.write(JSON.stringify([inputs, [...metadata]]));
  `;
  const output = execFileSync(
    process.execPath,
    ['--disallow-code-generation-from-strings', '--import', 'tsx', '--input-type=module', '--eval', script],
    { cwd: new URL('../..', import.meta.url), encoding: 'utf8' },
  );
  expect(JSON.parse(output)).toEqual([[{ name: 'x', type: 'float32', dims: ['N', 3] }], [['modelId', 'abc']]]);
});
