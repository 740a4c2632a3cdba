import { Presets, SingleBar } from 'cli-progress';
import { say } from './output.ts';

export interface Progress {
  /** `share` of the whole is done; `note` says what matters now. */
  update(share: number, note: string): void;
  /** A line that stays, above the bar. */
  line(text: string): void;
  stop(): void;
}

/** A bar on a terminal; where there is none, a plain line now and then. */
export function startProgress(label: string): Progress {
  return process.stderr.isTTY ? barProgress(label) : plainProgress(label);
}

function barProgress(label: string): Progress {
  const bar = new SingleBar({ format: `${label} [{bar}] {share} {note}`, stream: process.stderr, hideCursor: false, barsize: 24, stopOnComplete: false }, Presets.legacy);
  const text = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const begin = (share: number, note: string): void => { bar.start(1, share, { share: text(share), note }); };
  let last = { share: 0, note: '' };
  begin(0, '');
  return {
    update: (share, note) => {
      last = { share, note };
      bar.update(share, { share: text(share), note });
    },
    line: (line) => {
      bar.stop();
      say(line);
      begin(last.share, last.note);
    },
    stop: () => { bar.stop(); },
  };
}

/** For a process that speaks for nobody. */
export const silentProgress: Progress = { update: () => undefined, line: () => undefined, stop: () => undefined };

const plainInterval = 15_000;

function plainProgress(label: string): Progress {
  let spokenAt = Date.now();
  return {
    update: (share, note) => {
      if (Date.now() - spokenAt < plainInterval) return;
      spokenAt = Date.now();
      say(`${label} ${(100 * share).toFixed(1)} % ${note}`);
    },
    line: say,
    stop: () => undefined,
  };
}

/** 3 h 12 min, 4 min 10 s, 7 s. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
