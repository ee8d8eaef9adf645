// Words of what opens by a press over the list: an alert, the wall, splits and merges of incidents.

import { evidenceEn, piecesEn } from './alert/evidence.ts'
import { incidentActsEn } from './alert/incident-acts.ts'
import { judgedEn } from './alert/judged.ts'
import { alertEn } from './alert/page.ts'
import { toldEn } from './alert/told.ts'
import { wallEn } from './alert/wall.ts'

export const part = {
  alert: alertEn,
  onMap: evidenceEn,
  evidence: piecesEn,
  incidentActs: incidentActsEn,
  told: toldEn,
  judged: judgedEn,
  wall: wallEn
}
