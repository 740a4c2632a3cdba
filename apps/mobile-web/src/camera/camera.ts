import { announce, button, cameraRefusal, createNotice, drawing, element, sentence } from '@facenet/page';
import type { Box } from '@facenet/face';
import { createFrameLoop, framesOf } from './frame-loop.ts';

/** A face in a frame, to be drawn over it. */
export interface Mark {
  readonly box: Box;
  readonly text: string;
  readonly verdict?: 'match' | 'ambiguous' | 'unknown';
}

/** What became of a frame. */
export interface Look {
  readonly marks: readonly Mark[];
  /** A sentence for the user; the same one again is not said again. */
  readonly hint: string;
  readonly isFine: boolean;
}

export interface CameraOptions {
  /** Of the button that begins. */
  readonly label: string;
  readonly look: (video: HTMLVideoElement) => Promise<Look>;
  /** Under the picture while the camera is on. */
  readonly actions?: readonly HTMLElement[];
  readonly onEnd?: () => void;
}

export interface Camera {
  readonly content: HTMLElement;
  readonly video: HTMLVideoElement;
  readonly isOn: boolean;
  begin(): Promise<void>;
  stop(): void;
}

type Facing = 'user' | 'environment';

/** The camera of this device and what is found in its frames. It goes off when the page is hidden, and on again with it. */
export function createCamera({ label, look, actions = [], onEnd }: CameraOptions): Camera {
  let stream: MediaStream | undefined;
  let facing: Facing = 'user';
  let isWanted = false;
  const notice = createNotice();
  const video = element('video', { playsinline: true, muted: true, 'aria-label': 'What the camera sees' });
  video.muted = true;
  const boxes = drawing('svg', { class: 'boxes', 'aria-hidden': 'true' });
  const stage = element('div', { class: 'stage' }, video, boxes);
  const hint = element('p', { class: 'camera-hint' });
  const start = button(label, () => void begin(), { class: 'wide' });
  const other = button('Switch camera', () => void turn());
  const end = button('Camera off', () => { stop(); start.focus(); });
  const panel = element('div', { class: 'camera', hidden: true }, stage, hint, element('div', { class: 'actions' }, other, end, ...actions));
  const loop = createFrameLoop({
    nextFrame: framesOf(video),
    look: async () => { show(await look(video)); },
    onFailure: (error) => {
      stop();
      notice.problem(sentence(error instanceof Error ? error.message : String(error)));
    },
  });

  async function begin(): Promise<void> {
    notice.clear();
    // Absent where the page did not come over HTTPS or from this machine.
    if (!('mediaDevices' in navigator)) return notice.problem('Browsers give the camera only to pages over HTTPS or of this machine. Open this page by one of the two.');
    isWanted = true;
    try {
      await open();
    } catch (error) {
      isWanted = false;
      return notice.problem(cameraRefusal(error));
    }
    (panel.querySelector<HTMLElement>('.primary') ?? end).focus();
  }
  async function open(): Promise<void> {
    const opened = await navigator.mediaDevices.getUserMedia({ video: { facingMode: facing, width: { ideal: 960 }, height: { ideal: 720 } }, audio: false });
    // It may have been turned off while its user was asked.
    if (!isWanted) return release(opened);
    stream = opened;
    const track = opened.getVideoTracks()[0];
    track?.addEventListener('ended', () => {
      if (stream !== opened) return;
      stop();
      notice.problem('The camera went away; another program may have taken it.');
    });
    // A front camera is a mirror, as people know themselves.
    stage.classList.toggle('mirrored', (track?.getSettings().facingMode ?? facing) === 'user');
    video.srcObject = opened;
    await video.play();
    other.hidden = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput').length < 2;
    panel.hidden = false;
    start.hidden = true;
    loop.start();
  }
  function pause(): void {
    loop.stop();
    if (stream !== undefined) release(stream);
    stream = undefined;
    video.srcObject = null;
    boxes.replaceChildren();
    hint.textContent = '';
  }
  function stop(): void {
    const wasWanted = isWanted;
    isWanted = false;
    pause();
    panel.hidden = true;
    start.hidden = false;
    if (wasWanted) onEnd?.();
  }
  async function turn(): Promise<void> {
    facing = facing === 'user' ? 'environment' : 'user';
    pause();
    await begin();
    other.focus();
  }
  function show({ marks, hint: text, isFine }: Look): void {
    if (stream === undefined) return;
    const { videoWidth: width, videoHeight: height } = video;
    // Its sides change when the device is turned.
    boxes.setAttribute('viewBox', `0 0 ${width} ${height}`);
    stage.style.aspectRatio = `${width} / ${height}`;
    const isMirrored = stage.classList.contains('mirrored');
    boxes.replaceChildren(...marks.map((mark) => markOf(mark, width, isMirrored)));
    hint.dataset['fine'] = String(isFine);
    if (hint.textContent === text) return;
    hint.textContent = text;
    announce(text);
  }
  document.addEventListener('visibilitychange', () => {
    if (!isWanted) return;
    if (document.hidden) pause();
    else void begin();
  });
  return {
    content: element('div', { class: 'camera-place' }, start, notice.content, panel),
    video, begin, stop,
    get isOn() { return stream !== undefined; },
  };
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function markOf({ box, text, verdict }: Mark, width: number, isMirrored: boolean): SVGElement {
  const x = isMirrored ? width - box.x - box.width : box.x;
  const letters = width / 26;
  const labelWidth = letters * (0.6 * text.length + 0.8);
  const labelX = Math.max(0, Math.min(x, width - labelWidth));
  const labelY = Math.max(0, box.y - 1.4 * letters);
  return drawing('g', { 'data-verdict': verdict },
    drawing('rect', { x, y: box.y, width: box.width, height: box.height, class: 'box' }),
    text !== '' && drawing('rect', { x: labelX, y: labelY, width: labelWidth, height: 1.4 * letters, class: 'tag' }),
    text !== '' && drawing('text', { x: labelX + 0.4 * letters, y: labelY + 1.03 * letters, 'font-size': letters, textLength: labelWidth - 0.8 * letters, lengthAdjust: 'spacingAndGlyphs' }, text));
}
