import { button, cameraRefusal, createNotice, element, tick } from '@facenet/page';

export interface Camera {
  readonly content: HTMLElement;
  stop(): void;
}

/** The camera of this device; what it sees goes to `onPicture` when its user asks, or again and again. */
export function createCamera(onPicture: (picture: Blob) => Promise<void>): Camera {
  let stream: MediaStream | undefined;
  let facing: 'user' | 'environment' = 'user';
  let isBusy = false;
  const notice = createNotice();
  // Its user sees what it shows in the mirror of the room.
  const video = element('video', { playsinline: true, muted: true, 'aria-label': 'What the camera sees' });
  video.muted = true;
  const start = button('Use the camera', () => void begin());
  const look = button('Search what it sees', () => void lookOnce(), { class: 'primary' });
  const other = button('Other camera', () => void turn());
  const end = button('Camera off', () => { stop(); start.focus(); });
  const again = tick('Keep searching', { change: () => void lookOn() });
  const panel = element('div', { class: 'camera', hidden: true }, video, again.content, element('div', { class: 'actions' }, other, end, look));

  async function begin(): Promise<void> {
    notice.clear();
    // Absent where the page did not come over HTTPS or from this machine.
    if (!('mediaDevices' in navigator)) return notice.problem('Browsers give the camera only to pages over HTTPS or of this machine. Open the server by one of the two.');
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: facing, width: { ideal: 1280 } }, audio: false });
    } catch (error) {
      return notice.problem(cameraRefusal(error));
    }
    video.srcObject = stream;
    await video.play();
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
    other.hidden = cameras.length < 2;
    panel.hidden = false;
    start.hidden = true;
    look.focus();
  }
  function stop(): void {
    again.input.checked = false;
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = undefined;
    video.srcObject = null;
    panel.hidden = true;
    start.hidden = false;
  }
  async function turn(): Promise<void> {
    facing = facing === 'user' ? 'environment' : 'user';
    stop();
    await begin();
  }
  async function lookOnce(): Promise<void> {
    if (isBusy || stream === undefined) return;
    isBusy = true;
    try {
      await onPicture(await frameOf(video));
    } finally {
      isBusy = false;
    }
  }
  async function lookOn(): Promise<void> {
    while (again.input.checked && stream !== undefined) {
      await lookOnce();
      await new Promise((resolve) => { setTimeout(resolve, 500); });
    }
  }
  return { content: element('div', {}, start, notice.content, panel), stop };
}

async function frameOf(video: HTMLVideoElement): Promise<Blob> {
  const canvas = element('canvas', { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext('2d')!.drawImage(video, 0, 0);
  return await new Promise((resolve, reject) => {
    canvas.toBlob((blob) => { if (blob === null) reject(new Error('the camera gave no picture')); else resolve(blob); }, 'image/jpeg', 0.92);
  });
}
