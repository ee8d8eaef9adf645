// All settings of a suite, whichever of its services a process runs: one environment and one tocsin.yaml fit every command.

import { intakeSettings } from '@tocsin/intake/config'
import { notifierSettings } from '@tocsin/notifier/config'
import { rulesSettings } from '@tocsin/rules/config'
import { baseSettings } from '@tocsin/service-kit/base-settings'
import { type ConfigOf, integer, list, oneOf } from '@tocsin/service-kit/settings'

export const suiteSettings = {
  ...baseSettings,
  ...intakeSettings,
  ...rulesSettings,
  ...notifierSettings,
  log: oneOf(['embedded', 'kafka'], {
    default: 'embedded',
    doc: 'Which event log. Only the embedded one is there yet; it needs nothing installed.'
  }),
  brokers: list({ default: [], doc: 'Brokers of a Kafka log.' }),
  partitions: integer({
    default: 0,
    min: 0,
    max: 1024,
    doc: 'Partitions of each topic, fixed when the log is made. 0 = one for a new log, and what an old log has.'
  })
}
export type SuiteConfig = ConfigOf<typeof suiteSettings>
