import protobuf from 'protobufjs/minimal.js';
import { eachField } from './each-field.ts';

const modelField = { graph: 7 } as const;
const graphField = { initializer: 5 } as const;
const tensorField = { name: 8, rawData: 9 } as const;

/** The bytes of each stored tensor of a model that this project wrote, by name; they lie in `bytes`, nothing is copied. */
export function readWeightBytes(bytes: Uint8Array): Map<string, Uint8Array> {
  const weights = new Map<string, Uint8Array>();
  const readTensor = (tensor: protobuf.Reader): void => {
    let name = '';
    let data = bytes.subarray(0, 0);
    eachField(tensor, {
      [tensorField.name]: (field) => { name = protobuf.util.utf8.read(field.buf, field.pos, field.len); },
      [tensorField.rawData]: (field) => { data = bytes.subarray(field.pos, field.len); },
    });
    weights.set(name, data);
  };
  eachField(protobuf.Reader.create(bytes), {
    [modelField.graph]: (graph) => { eachField(graph, { [graphField.initializer]: readTensor }); },
  });
  return weights;
}
