// The states of alerts in a process without a notifier: intake names those that rest on a report.

import type { AlertFold, ProcessModel } from '@tocsin/read-model/process/process-model'
import { TheatreFolds } from '@tocsin/service/alerts/theatre-folds'
import { AlertIndex } from './alert-index.ts'
import { Statements } from './statements.ts'

export function createAlertFold(model: ProcessModel): AlertFold {
  const statements = new Statements(model)
  const alerts = new AlertIndex(model.file, model.incidents, new TheatreFolds(), statements)
  return {
    load: () => alerts.load(),
    take({ partition, records }) {
      for (const { stored, decoded } of records) {
        const { envelope, record: recorded } = decoded
        alerts.apply({ partition, position: stored.position, envelope, recorded })
      }
      alerts.write()
    },
    find: (alertId, level) => alerts.get(alertId)?.at(level) ?? null
  }
}
