export interface FrameLoopParts {
  /** Calls back when there is a new frame; the result takes the wish back. */
  readonly nextFrame: (call: () => void) => () => void;
  /** Looks at the newest frame. */
  readonly look: () => Promise<void>;
  /** It ends the loop. */
  readonly onFailure: (error: unknown) => void;
}

export interface FrameLoop {
  readonly isRunning: boolean;
  start(): void;
  stop(): void;
}

/** One frame in flight: while one is looked at, those that come are let go, and then the newest is next. Nothing waits in a line. */
export function createFrameLoop({ nextFrame, look, onFailure }: FrameLoopParts): FrameLoop {
  let isRunning = false;
  let isLooking = false;
  let cancel: (() => void) | undefined;

  function wait(): void {
    cancel = nextFrame(() => {
      cancel = undefined;
      void lookOnce();
    });
  }
  async function lookOnce(): Promise<void> {
    isLooking = true;
    try {
      await look();
    } catch (error) {
      isRunning = false;
      onFailure(error);
    } finally {
      isLooking = false;
      if (isRunning) wait();
    }
  }
  return {
    get isRunning() { return isRunning; },
    start: () => {
      if (isRunning) return;
      isRunning = true;
      // A look from before goes on with the loop when it ends.
      if (!isLooking) wait();
    },
    stop: () => {
      isRunning = false;
      cancel?.();
      cancel = undefined;
    },
  };
}

/** Frames of a video as they are shown; where a browser does not tell, as the screen is drawn. */
export function framesOf(video: HTMLVideoElement): FrameLoopParts['nextFrame'] {
  return (call) => {
    if ('requestVideoFrameCallback' in video) {
      const id = video.requestVideoFrameCallback(() => { call(); });
      return () => { video.cancelVideoFrameCallback(id); };
    }
    const id = requestAnimationFrame(call);
    return () => { cancelAnimationFrame(id); };
  };
}
