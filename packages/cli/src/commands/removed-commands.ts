// Commands of earlier releases: each answers with what does its work now. Deleted with the next
// release.

import type { Command } from 'commander'
import { UsageError } from '../terminal/output.ts'

/** The command, the call that replaces it, and the page of the console that does it. */
const removed: readonly (readonly [command: string, call: string, page?: string])[] = [
  ['alerts told', 'GET /v1/alerts/ID/told', 'of the alert'],
  ['alerts deliveries', 'GET /v1/alerts/ID/told', 'of the alert'],
  [
    'alerts acknowledge',
    "POST /v1/alerts/ID/acknowledgement -H 'If-Match: N' --file BODY",
    'of the alert'
  ],
  ['alerts assign', "POST /v1/alerts/ID/assignment -H 'If-Match: N' --file BODY", 'of the alert'],
  [
    'alerts give-back',
    "POST /v1/alerts/ID/assignment -H 'If-Match: N' --file BODY",
    'of the alert'
  ],
  ['alerts comment', "POST /v1/alerts/ID/comment -H 'If-Match: N' --file BODY", 'of the alert'],
  ['alerts respond', "POST /v1/alerts/ID/response -H 'If-Match: N' --file BODY", 'of the alert'],
  ['alerts correct', "POST /v1/alerts/ID/response -H 'If-Match: N' --file BODY", 'of the alert'],
  ['alerts resolve', "POST /v1/alerts/ID/resolution -H 'If-Match: N' --file BODY", 'of the alert'],
  ['incidents', 'GET /v1/incidents', 'of an alert with the incident'],
  ['response-times', 'GET /v1/response-times', 'Response times'],
  ['dispositions', 'GET /v1/dispositions', 'of the rule'],
  ['policies', 'GET /v1/subscriptions', 'Subscriptions'],
  ['silences', 'GET /v1/silences', 'Silences'],
  ['watch', 'GET /v1/watches', 'Watches'],
  ['quarantine', 'GET /v1/quarantine', 'Quarantine']
]

export function addRemovedCommands(program: Command): void {
  for (const [command, call, page] of removed) {
    const words = command.split(' ')
    const name = words.at(-1) as string
    const parent = program.commands.find(each => words.length === 2 && each.name() === words[0])
    ;(parent ?? program)
      .command(`${name} [arguments...]`, { hidden: true })
      .helpOption(false)
      .allowUnknownOption()
      .action(() => {
        throw new UsageError(
          `tocsin ${command} was removed: use tocsin api ${call}, or the page ${page} in the console.`
        )
      })
  }
}
