// All settings of a suite, whichever services a process runs: one environment and one tocsin.yaml
// fit every command.

import { intakeSettings } from '@tocsin/intake/settings/config'
import { notifierSettings } from '@tocsin/notifier/wiring/config'
import { rulesSettings } from '@tocsin/rules/settings/config'
import { baseSettings } from '@tocsin/service/settings/base-settings'
import { type ConfigOf, choice, integer } from '@tocsin/service/settings/settings'
import { kafkaSettings } from '../kafka/kafka-settings.ts'

export const suiteSettings = {
  ...baseSettings,
  ...intakeSettings,
  ...rulesSettings,
  ...notifierSettings,
  log: choice(['embedded', 'kafka'], {
    default: 'embedded',
    doc: 'Which event log: the embedded one is in the data folder and needs no installation; Kafka supports several instances of each service.'
  }),
  ...kafkaSettings,
  partitions: integer({
    default: 0,
    min: 0,
    max: 1024,
    doc: 'Partitions of each topic, fixed when the log is created. 0 = those of an existing log; for a new one 1 embedded, and 12 on Kafka.'
  }),
  rulesThreads: integer({
    default: 0,
    min: 0,
    max: 64,
    doc: 'Maximum number of threads in which `start` and `up` fold reports: each takes partitions of its own, so theatres fold side by side if the log has several. 0 = one per processor.'
  })
}
export type SuiteConfig = ConfigOf<typeof suiteSettings>
