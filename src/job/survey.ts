/** What a program consists of, found out by connecting it to nothing: no source is read, no sink is at work, nothing is restored. */
import { Subscription, type Unsubscribable } from 'rxjs';
import { operatorId } from '../checkpoint/operatorId.js';
import type { EventStream } from '../stream/eventStream.js';
import { together } from '../stream/gate.js';
import type { EventSink, JobContext, RowWriter, StateRegistry } from '../stream/sink.js';
import { streamsOf } from '../stream/streamsOf.js';
import type { Clock } from '../time/clock.js';
import { AtMostOnce } from './atMostOnce.js';
import { formOf } from './forms.js';
import { sinksOf } from './graph.js';
import { checkNames } from './jobRegistry.js';
import type { Program } from './plan.js';

/** Nothing is ever due. */
const STILL: Clock = { now: () => 0, at: () => new Subscription() };

const NOWHERE: EventSink<unknown> = {
  closed: false,
  next() {},
  watermark() {},
  idle() {},
  error() {},
  complete() {},
};

class Survey implements StateRegistry, JobContext {
  readonly operators: { readonly kind: string; readonly name: string | undefined; readonly spec: unknown }[] = [];
  readonly sources: string[] = [];

  register(kind: string, name: string | undefined, _snapshot: unknown, spec?: unknown): undefined {
    this.operators.push({ kind, name, spec });
  }

  registerParts(kind: string, name: string | undefined, _cut: unknown, spec?: unknown): undefined {
    this.operators.push({ kind, name, spec });
  }

  read(name: string | undefined, source: unknown): Unsubscribable {
    if (!(source instanceof AtMostOnce)) this.sources.push(name ?? '');
    return new Subscription();
  }

  room(): () => void {
    return () => undefined;
  }

  writer(): RowWriter<unknown> {
    return { write() {} };
  }
}

/** Throws BAD_OPTION for operators without a name, and for two of one name. */
export function surveyOf(outputs: readonly EventStream<any>[], where: string): Program {
  const survey = new Survey();
  const graph = new Subscription();
  together(outputs, output => graph.add(output.connect(NOWHERE, { clock: STILL, state: survey, job: survey })));
  graph.unsubscribe();
  checkNames(survey.operators, where);
  // They connect from the sinks up; people read from the sources down.
  return {
    operators: survey.operators
      .reverse()
      .map(({ kind, name, spec }) => ({ id: operatorId(kind, name as string), kind, form: formOf(kind, spec) })),
    sources: survey.sources,
    sinks: sinksOf(streamsOf(outputs)).map(({ definition: { name, mode } }) => ({ name, mode })),
  };
}
