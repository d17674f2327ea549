/** What watermarks and measurements make of the element type. */
import { from, type Observable, tap } from 'rxjs';
import { adaptive, type DisorderMeter, type DisorderReport, type drawDisorder, eventTime, measureDisorder } from 'tidemark';
import { type Flight, flights$, is } from './exact.js';

eventTime(flights$, { timestamp: flight => flight.landedAt, watermark: adaptive({ completeness: 0.99, max: '1h' }) });
// @ts-expect-error no such option
adaptive({ bound: '1h' });
// @ts-expect-error not a duration
adaptive({ max: '1 hour' });

const disorder = measureDisorder({ timestamp: (flight: Flight) => flight.landedAt, source: flight => flight.airport, idleAfter: '1h' });
is<typeof disorder>().exactly<DisorderMeter<Flight>>(true);
const tapped = flights$.pipe(tap(disorder.add));
is<typeof tapped>().exactly<Observable<Flight>>(true);
// @ts-expect-error elements of another kind
from([1, 2]).pipe(tap(disorder.add));
const report = disorder.report();
is<typeof report>().exactly<DisorderReport>(true);
is<ReturnType<typeof drawDisorder>>().exactly<string>(true);
// @ts-expect-error a report is read, not written
report.elements = 5;
// @ts-expect-error no such field
measureDisorder<Flight>({ timestamp: flight => flight.at });
