import { parseReportInput } from '@tocsin/contracts/report-input'
import { contentHashOf, reportIdOf } from '@tocsin/contracts/report-identity'
import { digest } from '@tocsin/contracts/digest'
import { TheatreFold } from '@tocsin/domain/theatre-fold'
import { defaultRules } from '@tocsin/domain/pattern-catalogue'
import { openSahelGazetteer } from '@tocsin/gazetteer/sahel-gazetteer'
import { planScenario } from '@tocsin/cli/scenario'
import { readScenario } from './harness/scenario-files.ts'
const name = process.argv[2] ?? 'sahel'
const { lines, setup } = await readScenario(name)
const g = openSahelGazetteer()
const fold = new TheatreFold('sahel', digest)
let n = 0
const show = (out: any, why: string) => { for (const a of out.alerts) console.log(why, '|', a.type, a.data.pattern, a.data.severity, a.data.status, a.data.notify, a.data.headline, JSON.stringify(a.data.levels.map((l: any) => l.at.slice(0,10)+' '+l.reason)), a.data.evidence.length, JSON.stringify(a.data.area.circle), a.data.certainty) ; for (const i of out.incidents) if (process.env.INC) console.log('   ', i.type, i.data.incidentId.slice(0,6), i.data.category, i.data.place.name, i.data.independentSources) }
const rec = (type: string, data: any, time: string) => fold.apply({ type, data, theatre: 'sahel', time, id: digest(type, String(n++)) } as any)
const t0 = '1970-01-01T00:00:00.000Z'
rec('clock.ticked', { to: t0, gap: false }, t0)
rec('theatre.configured', { ...setup.theatre, polygon: null, retentionDays: 820 }, t0)
for (const r of defaultRules) rec('rule.configured', r, t0)
for (const s of setup.sources) rec('source.configured', s, t0)
const place = (l: any) => g.resolve(l)
for (const step of planScenario(lines)) {
  if (step.kind === 'tick') { show(rec('clock.ticked', { to: step.at, gap: false }, step.at), step.at.slice(0,10) + ' tick'); continue }
  const { line } = step
  const reportId = reportIdOf({ sourceId: line.sourceId, externalId: line.externalId, idempotencyKey: null, body: null })
  if (line.action === 'delete') { show(rec('report.withdrawn', { reportId, reason: 'x', lane: 'live' }, step.at), step.at.slice(0,10)+' delete'); continue }
  const p = parseReportInput(line.body)
  if (!p.ok || line.externalId === 'BD-250604-1') { console.log('refused', line.externalId); continue }
  const r = p.report
  const pl = place(r.location); const also = r.alsoAt.map(place)
  if (process.env.INC) console.log('  report', line.externalId, JSON.stringify(pl), also.map(a => JSON.stringify(a)).join())
  show(rec('report.received', { reportId, contentHash: contentHashOf(line.body), sourceId: r.sourceId, externalId: r.externalId, reportedAt: r.reportedAt, occurred: r.occurred, category: r.category, tactics: r.tactics, place: pl, alsoAt: also, actors: r.actors, targets: r.targets, fatalities: r.fatalities, credibility: r.credibility, handling: r.handling, persons: [], narrativeKey: r.private?.narrative ? digest(r.private.narrative) : null, linkKeys: (r.private?.links ?? []).map(l => digest(l)), private: null, drill: r.drill, theatre: 'sahel', lane: 'live' }, step.at), step.at.slice(0,10)+' '+line.externalId)
}
