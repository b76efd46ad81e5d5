import type { DescEnum, DescEnumValue, DescField, DescFile, DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';

type Documented = DescMessage | DescField | DescEnum | DescEnumValue | DescService | DescMethod;

/** What stands above an element in its .proto file, lines joined to paragraphs; empty when nothing does, or the descriptors have no comments. */
export function commentOf(element: Documented): string {
  const text = commentsOf(fileOf(element)).get(pathOf(element).join('.')) ?? '';
  return text
    .split('\n\n')
    .map((paragraph) => paragraph.replaceAll(/\s+/g, ' ').trim())
    .join('\n\n')
    .trim();
}

const known = new WeakMap<DescFile, ReadonlyMap<string, string>>();

/** The leading comments of a file, by the path of what they stand above (google.protobuf.SourceCodeInfo). */
function commentsOf(file: DescFile): ReadonlyMap<string, string> {
  const found = known.get(file);
  if (found !== undefined) return found;
  const locations = file.proto.sourceCodeInfo?.location ?? [];
  const comments = new Map(locations.map((location) => [location.path.join('.'), location.leadingComments]));
  known.set(file, comments);
  return comments;
}

function fileOf(element: Documented): DescFile {
  if (element.kind === 'field' || element.kind === 'enum_value' || element.kind === 'rpc') return element.parent.file;
  return element.file;
}

/** Field numbers in descriptor.proto, and places in their lists. */
function pathOf(element: Documented): readonly number[] {
  switch (element.kind) {
    case 'message':
      return element.parent
        ? [...pathOf(element.parent), 3, element.parent.proto.nestedType.indexOf(element.proto)]
        : [4, element.file.proto.messageType.indexOf(element.proto)];
    case 'enum':
      return element.parent
        ? [...pathOf(element.parent), 4, element.parent.proto.enumType.indexOf(element.proto)]
        : [5, element.file.proto.enumType.indexOf(element.proto)];
    case 'service':
      return [6, element.file.proto.service.indexOf(element.proto)];
    case 'field':
      return [...pathOf(element.parent), 2, element.parent.proto.field.indexOf(element.proto)];
    case 'enum_value':
      return [...pathOf(element.parent), 2, element.parent.proto.value.indexOf(element.proto)];
    case 'rpc':
      return [...pathOf(element.parent), 2, element.parent.proto.method.indexOf(element.proto)];
  }
}
