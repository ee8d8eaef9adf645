import { digest } from '@tocsin/contracts/digest'
import { TheatreFold } from '@tocsin/domain/theatre-fold'
import { defaultRules } from '@tocsin/domain/pattern-catalogue'
import { aReport, placeOf } from '@tocsin/testing/report-builder'
import { received, theatreConfigured, ticked } from '@tocsin/testing/record-builder'
import { seededRandom } from './faults/seeded-random.ts'
const perDay = Number(process.argv[2] ?? 25), lateShare = Number(process.argv[3] ?? 0.2), lateDays = Number(process.argv[4] ?? 5)
const random = seededRandom(7)
const fold = new TheatreFold('sahel', digest)
let now = Date.parse('2023-01-01T00:00:00.000Z')
const t = new Date(now).toISOString()
fold.apply(ticked(t)); fold.apply(theatreConfigured({}, t))
for (const r of defaultRules) fold.apply({ type: 'rule.configured', data: r, theatre: 'sahel', time: t, id: r.ruleId } as any)
let t0 = performance.now(), alerts = 0
for (let i = 1; i <= 8000; i++) {
  if (i % perDay === 0) { now += 86400000; fold.apply(ticked(new Date(now).toISOString())) }
  const lat = 12 + Math.floor(random() * 12) / 2 + random() * 0.2, lon = -9 + Math.floor(random() * 20) / 2 + random() * 0.2
  const late = random() < lateShare ? Math.floor(random() * lateDays) : 0
  const day = new Date(now - late * 86400000).toISOString().slice(0, 10)
  const out = fold.apply(received(aReport({ sourceId: 'p', externalId: `K-${i}`, reportedAt: new Date(now).toISOString(), occurred: { from: day, to: day }, place: placeOf({ lat, lon, country: 'ML', admin1: `ML-${1 + Math.floor(lon + 9) % 8}` }) })))
  alerts += out.alerts.length
  if (i % 1000 === 0) { console.log(i, ((performance.now() - t0) / 1000).toFixed(3), 'ms/report', alerts, 'events', fold.alerts.entries instanceof Map ? '' : [...fold.alerts.entries].length); t0 = performance.now(); alerts = 0 }
}
