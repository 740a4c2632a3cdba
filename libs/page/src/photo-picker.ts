import { element, newId } from './element.ts';

export interface PhotoPicker {
  readonly content: HTMLElement;
  readonly input: HTMLInputElement;
}

/** A place to drop photos on, which is a file field too: by mouse, finger or keyboard. */
export function createPhotoPicker(text: string, isMultiple: boolean, onPhotos: (photos: File[]) => void): PhotoPicker {
  const id = newId('photos');
  const input = element('input', { type: 'file', id, accept: 'image/*', multiple: isMultiple });
  const content = element('div', { class: 'drop' }, element('label', { for: id }, text), input);
  const take = (files: FileList | null | undefined): void => {
    const photos = [...files ?? []].slice(0, isMultiple ? undefined : 1);
    if (photos.length > 0) onPhotos(photos);
  };
  input.addEventListener('change', () => {
    take(input.files);
    // The same file may be chosen again.
    input.value = '';
  });
  const mark = (isOver: boolean) => (event: DragEvent): void => {
    event.preventDefault();
    content.classList.toggle('over', isOver);
  };
  content.addEventListener('dragover', mark(true));
  content.addEventListener('dragleave', mark(false));
  content.addEventListener('drop', (event) => {
    mark(false)(event);
    take(event.dataTransfer?.files);
  });
  return { content, input };
}
