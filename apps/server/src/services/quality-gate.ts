import type { QualityGate } from '@facenet/contract';
import { qualityGates, refusals } from '@facenet/face';
import type { FoundFace } from '@facenet/photo';
import { ServiceError } from './service-error.ts';

const measures = ['size', 'sharpness', 'pose', 'exposure'] as const;

/** A bad sample answers to many people, so a face that does not pass is not enrolled. */
export function passGate(gate: QualityGate, { quality, measures: judgedBy }: Pick<FoundFace, 'quality' | 'measures'>): void {
  const least = qualityGates[gate];
  const failed = measures.map((measure) => ({ measure, value: quality[measure], least: least[measure] })).filter((each) => each.value < each.least);
  const reasons = judgedBy === undefined ? [] : refusals({ quality, measures: judgedBy }, least);
  if (failed.length > 0) throw new ServiceError('quality_too_low', { gate, failed, reasons });
}
