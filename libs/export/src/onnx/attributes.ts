import { onnx } from './generated/onnx.js';

/** The value of a node's attribute. Tagged, since a JavaScript number does not say whether it is an integer. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly string: string };

const { AttributeType } = onnx.AttributeProto;

export function encodeAttribute(name: string, value: Attribute): onnx.AttributeProto.$Properties {
  if ('int' in value) return { name, type: AttributeType.INT, i: value.int };
  if ('ints' in value) return { name, type: AttributeType.INTS, ints: [...value.ints] };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  if ('floats' in value) return { name, type: AttributeType.FLOATS, floats: [...value.floats] };
  return { name, type: AttributeType.STRING, s: utf8(value.string) };
}

/** Attribute strings are ASCII in every operator; TextEncoder is not part of the language. */
function utf8(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const code = character.codePointAt(0)!;
    if (code > 127) throw new Error(`attribute string '${text}': expected ASCII`);
    return code;
  });
}
