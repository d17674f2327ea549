import type { Trigger } from '../engine/trigger.js';
import { readOptions } from '../errors.js';
import { afterCount } from './afterCount.js';
import { checkTrigger } from './check.js';
import { defineTrigger } from './defineTrigger.js';
import { never } from './never.js';
import { clear, earliest, waitsOf } from './parts.js';

/** State of {@link afterWatermark}. */
export interface WatermarkState {
  phase: 'early' | 'late' | 'finished';
  early: unknown;
  late: unknown;
}

/** What {@link afterWatermark} takes. */
export interface AfterWatermarkOptions<T> {
  /** Speculative firings before the watermark passes the end of the window. Repeats by itself. Default: none. */
  readonly early?: Trigger<T>;
  /** Firings after it, within allowed lateness. Repeats by itself. `never()` finishes the trigger with the on-time pane. Default: one firing per late element. */
  readonly late?: Trigger<T>;
}

/**
 * The trigger of event time, and the default: `early`'s firings until the watermark passes the end of the window, one
 * firing then, and `late`'s firings after it. (Beam's AfterWatermark.pastEndOfWindow.)
 *
 * @example
 * ```ts
 * import { afterCount, afterWatermark, every } from 'tidemark';
 *
 * const trigger = afterWatermark({ early: every('1s'), late: afterCount(1) });
 * ```
 */
export function afterWatermark<T = unknown>(options: AfterWatermarkOptions<T> = {}): Trigger<T, WatermarkState> {
  readOptions(options, { early: checkTrigger, late: checkTrigger }, 'afterWatermark');
  const given = (['early', 'late'] as const).flatMap(part => (options[part] ? `${part}: ${options[part].name}` : []));
  const isDefault = given.length === 0;
  const { early = never(), late = afterCount(1) } = options;
  // never() says that nothing more is wanted; what else cannot fire leaves its content to the last pane.
  const finishing = late === never();
  const again = (trigger: Trigger<T>, state: unknown): unknown => (trigger.isFinished(state) ? trigger.init() : state);
  const fresh = (phase: WatermarkState['phase']): WatermarkState => ({ phase, early: early.init(), late: late.init() });

  return defineTrigger<T, WatermarkState>({
    name: isDefault ? 'afterWatermark()' : `afterWatermark({ ${given.join(', ')} })`,
    showsAtEnd: true,
    ...(isDefault && { isDefault }),
    fires: earliest([early.fires, 'at-end']),
    finishes: finishing ? 'at-end' : 'never',
    init: () => fresh('early'),
    onElement(state, value, timestamp, context) {
      // Sessions feed both: a merge may lead back from late to early.
      if (state.phase === 'early' || context.merging) state.early = early.onElement(state.early, value, timestamp, context);
      if (state.phase === 'late' || (context.merging && !finishing)) state.late = late.onElement(state.late, value, timestamp, context);
      return state;
    },
    shouldFire(state, context) {
      if (state.phase === 'late') return late.shouldFire(state.late, context);
      return state.phase === 'early' && (context.watermark >= context.end || early.shouldFire(state.early, context));
    },
    waits(state, context) {
      if (state.phase === 'late') return waitsOf('any', [late], [state.late], context);
      return { for: 'any', of: [{ for: 'watermark', time: context.end }, waitsOf('any', [early], [state.early], context)] };
    },
    onFire(state, context) {
      if (state.phase === 'late') {
        state.early = early.init();
        state.late = again(late, late.onFire(state.late, context));
        return state;
      }
      if (context.watermark >= context.end) return fresh(finishing ? 'finished' : 'late');
      state.early = again(early, early.onFire(state.early, context));
      state.late = late.init();
      return state;
    },
    isFinished: state => state.phase === 'finished',
    merge(states, context) {
      const merged = fresh('early');
      merged.early = again(
        early,
        early.merge(
          states.map(state => state.early),
          context,
        ),
      );
      if (context.watermark < context.end || states.some(state => state.phase === 'early')) return merged;
      if (states.every(state => state.phase === 'finished')) return fresh('finished');
      merged.phase = 'late';
      merged.late = again(
        late,
        late.merge(
          states.map(state => state.late),
          context,
        ),
      );
      return merged;
    },
    clear: state => ({ phase: state.phase, early: clear(early, state.early), late: clear(late, state.late) }),
  });
}
