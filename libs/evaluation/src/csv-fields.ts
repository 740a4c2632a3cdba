/** The fields of a line of comma-separated values (RFC 4180): a quoted one may hold commas, and quotes written twice. */
export function csvFields(line: string): string[] {
  const fields: string[] = [];
  for (let at = 0; at <= line.length;) {
    const quoted = /^\s*"((?:[^"]|"")*)"\s*(?:,|$)/.exec(line.slice(at));
    if (quoted) {
      fields.push(quoted[1]!.replaceAll('""', '"'));
      at += quoted[0].length;
      // A quoted field at the end has no comma after it, and no empty field.
      if (!quoted[0].endsWith(',')) break;
    } else {
      const end = line.indexOf(',', at);
      fields.push(line.slice(at, end < 0 ? undefined : end).trim());
      at = end < 0 ? line.length + 1 : end + 1;
    }
  }
  return fields;
}
