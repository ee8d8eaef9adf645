// reports erase: removes personal data through the public route of a running suite.

import type { Command } from 'commander'
import {
  addConnectionOptions,
  type ClientOptions,
  type CommandContext,
  type Item,
  print,
  requireGood,
  withSuite
} from '../client/context.ts'
import { UsageError } from '../terminal/output.ts'

export function addReports(program: Command, context: CommandContext): void {
  const reports = program.command('reports').description('erase the private texts of a report')
  addConnectionOptions(
    reports
      .command('erase <reportId>')
      .description(
        'erase narrative, links and names of a report permanently; its alerts are unchanged'
      )
  )
    .option('--yes', 'confirm: this cannot be undone', false)
    .action((reportId: string, options: ClientOptions & { yes: boolean }) =>
      withSuite(context, options, async api => {
        if (!options.yes) throw new UsageError('erasure cannot be undone: confirm with --yes')
        const answer = requireGood(
          await api.call('DELETE', `/v1/reports/${encodeURIComponent(reportId)}/private`)
        ).body as Item
        print(context, options, answer, () => [
          answer.erased === true ? 'erased' : 'there was nothing to erase'
        ])
      })
    )
}
