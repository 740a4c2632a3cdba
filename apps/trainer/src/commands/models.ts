import { existsSync, readFileSync } from 'node:fs';
import { describeModel, type ModelDescription, models, resolveSpec } from '@facenet/architecture';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { UsageError } from '../cli/errors.ts';
import { print, printJson } from '../cli/output.ts';
import { formatTable } from '../cli/table.ts';

interface ModelsOptions {
  readonly json?: boolean;
  readonly layers?: boolean;
}

const help = `
Examples:
  $ facenet models
  $ facenet models nn4 --layers
  $ facenet models '{ extends: nns2, input: [3, 112, 112], normalization: batch }'
  $ facenet models configs/nns2-faces.yaml --json
`;

export function registerModels(program: Command): void {
  program.command('models')
    .description('List the networks, or describe some: what goes in, what comes out, what it costs.')
    .argument('[model...]', 'names, variants as YAML, or configs')
    .option('--layers', 'show every layer')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action((wanted: string[], options: ModelsOptions) => { listModels(wanted, options); });
}

function listModels(wanted: readonly string[], { json, layers }: ModelsOptions): void {
  const specs = wanted.length > 0 ? wanted.map((text) => resolveSpec(readModel(text), text)) : Object.values(models);
  const described = specs.map(describeModel);
  if (json) {
    printJson(described.map(({ layers: table, ...totals }) => (layers ? { ...totals, layers: table } : totals)));
    return;
  }
  print(formatTable(
    ['model', 'input', 'embedding', 'normalization', 'parameters', 'multiply-adds', 'size'],
    described.map((model) => [
      model.name, model.input.join('×'), String(model.embedding), model.normalization,
      model.parameters.toLocaleString('en'), model.multiplyAdds.toLocaleString('en'), `${(model.sizeBytes / 1e6).toFixed(1)} MB`,
    ]),
    ['left', 'right', 'right', 'left', 'right', 'right', 'right'],
  ));
  if (layers) described.forEach(printLayers);
}

function printLayers({ name, layers }: ModelDescription): void {
  print(`\n${name}`);
  print(formatTable(
    ['layer', 'output', 'parameters', 'multiply-adds'],
    layers.map((layer) => [layer.name, layer.outputShape.join('×'), layer.parameters.toLocaleString('en'), layer.multiplyAdds.toLocaleString('en')]),
    ['left', 'right', 'right', 'right'],
  ));
}

/** A name, a variant written as YAML, or the `model` of a config file. */
function readModel(text: string): unknown {
  if (Object.hasOwn(models, text)) return text;
  try {
    if (!existsSync(text)) return parse(text) as unknown;
    const config = parse(readFileSync(text, 'utf8')) as unknown;
    return typeof config === 'object' && config !== null && 'model' in config ? config.model : config;
  } catch (error) {
    throw new UsageError(`${text}: neither a network, a variant nor a config (${(error as Error).message.split('\n')[0]})`);
  }
}
