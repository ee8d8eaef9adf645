// rules: packs are checked and run without a suite; compared with, previewed on and applied to a
// running one; explains why an alert fired, or what nearly did.

import { readFileSync } from 'node:fs'
import type { RuleVersion } from '@tocsin/contracts/theatre/theatre-record'
import { ruleDefinitions } from '@tocsin/engine/rules/catalogue'
import { listUnusedPatterns } from '@tocsin/engine/rules/default-rules'
import type { Handbook } from '@tocsin/engine/rules/definition'
import { listLooseNames } from '@tocsin/engine/theatre/rule-names'
import type { SuiteApi } from '@tocsin/host/client/suite-api'
import type { RulePack } from '@tocsin/rule-packs/pack'
import { runExamples } from '@tocsin/rule-packs/pack-examples'
import { formatFault } from '@tocsin/rule-packs/pack-fault'
import { packSchemaFile } from '@tocsin/rule-packs/shipped-packs'
import type { Command } from 'commander'
import {
  addConnectionOptions,
  type ClientOptions,
  type CommandContext,
  type Item,
  type JsonOption,
  listAll,
  print,
  requireGood,
  withSuite
} from '../client/context.ts'
import { formatExplanation } from '../rules/alert-explanation.ts'
import { formatNearMisses, type NearAnswer, type NearOfRule } from '../rules/near-lines.ts'
import { readPackFile, readValidPack } from '../rules/pack-input.ts'
import { withProgressNotes } from '../rules/preview-progress.ts'
import { formatPreview, type PreviewAnswer, planSteps, type RuleStep } from '../rules/rule-diff.ts'
import { CommandError, exitCodes, UsageError } from '../terminal/output.ts'
import { formatTable } from '../terminal/table.ts'

/** A preview folds everything retained; the suite gives up after 30 s. */
const previewTimeoutMs = 45_000
/** Maximum rules in one preview; the suite refuses more. */
const previewedMax = 50

/** Adds the subcommands of `rules`, which without one runs the service. */
export function addRuleCommands(program: Command, context: CommandContext): void {
  const rules =
    program.commands.find(command => command.name() === 'rules') ?? program.command('rules')
  rules.description(
    `${rules.description()}; or: check, test, compare and apply rule packs, explain alerts`
  )
  addList(rules, context)
  addLint(rules, context)
  addTest(rules, context)
  addPatterns(rules, context)
  addDiff(rules, context)
  addApply(rules, context)
  addExplain(rules, context)
}

const columns = [
  'ruleId',
  'ruleVersion',
  'pattern',
  'title',
  'where',
  'groupBy',
  'theatres',
  'warming',
  'retainedTooShort',
  'namesNoRule',
  'failing'
] as const

function addList(parent: Command, context: CommandContext): void {
  addConnectionOptions(
    parent.command('list').description('list the rules of a running suite')
  ).action((options: ClientOptions) =>
    withSuite(context, options, async api => {
      const items = await listAll(api, '/v1/rules')
      const cells = items.map(item => columns.map(column => formatCell(item[column])))
      print(context, options, items, () => formatTable(columns, cells))
      const unused = listUnusedPatterns(items as unknown as readonly RuleVersion[])
      if (unused.length > 0) context.output.note(describeUnused(unused))
      for (const line of [
        ...items.flatMap(describeShortRetention),
        ...items.flatMap(describeLooseNames)
      ])
        context.output.note(line)
    })
  )
}

/** A rule of an older log that looks back further than its theatres retain. */
function describeShortRetention({
  ruleId,
  neededRetentionDays,
  retainedTooShort
}: Item): readonly string[] {
  if (!Array.isArray(retainedTooShort) || retainedTooShort.length === 0) return []
  const where = `${retainedTooShort.join(', ')} ${retainedTooShort.length === 1 ? 'retains' : 'retain'} less`
  return [
    `rule ${ruleId} needs theatres that retain ${neededRetentionDays} days, and ${where}: it may miss what it should find`
  ]
}

/** A rule of an older log that names what no rule answers. */
function describeLooseNames({ ruleId, namesNoRule }: Item): readonly string[] {
  if (!Array.isArray(namesNoRule) || namesNoRule.length === 0) return []
  return [`rule ${ruleId} reads what no rule finds: ${namesNoRule.join(', ')}`]
}

function describeUnused(unused: readonly string[]): string {
  return `no rule uses ${unused.join(', ')}: tocsin rules apply default --new declares the missing rules`
}

function formatCell(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '-'
  if (Array.isArray(value)) return value.join(',')
  if (typeof value !== 'object' || value === null) return String(value)
  const { count, lastMessage } = value as { count: number; lastMessage: string | null }
  return count === 0 ? '-' : `${count}: ${lastMessage}`
}

function addLint(parent: Command, context: CommandContext): void {
  parent
    .command('lint <files...>')
    .description('check packs: every fault with file, line, column and path')
    .option('--json', 'print JSON for machines')
    .action((files: string[], options: JsonOption) => {
      for (const file of files) {
        const { name, pack, faults } = readPackFile(file)
        const formatLines = () =>
          pack === null
            ? faults.map(fault => formatFault(name, fault))
            : [`${name}: valid, ${formatCounts(pack)}`]
        print(context, options, { file: name, good: pack !== null, faults }, formatLines)
        for (const line of pack === null ? [] : describeForeignNames(name, pack))
          context.output.note(line)
        if (pack === null) context.exitWith(exitCodes.refused)
      }
    })
}

/** Names that no rule of the pack answers: the suite must have such rules, or they are mistyped. */
function describeForeignNames(file: string, { rules }: RulePack): readonly string[] {
  const on = rules.filter(({ enabled }) => enabled)
  const own = on.map(({ draft }) => ({ ...draft, parameters: draft.parameters ?? {} }))
  return listLooseNames(own).map(({ ruleId, name }) => {
    const line = rules.find(({ draft }) => draft.ruleId === ruleId)?.line
    return `${file}:${line} ${ruleId} reads what no rule of this pack finds: the suite must have a rule or a pattern in use called ${name}`
  })
}

function formatCounts({ rules }: RulePack): string {
  const examples = rules.reduce((sum, rule) => sum + rule.examples.length, 0)
  return `${rules.length} rules (${rules.filter(({ enabled }) => enabled).length} on), ${examples} examples`
}

function addTest(parent: Command, context: CommandContext): void {
  parent
    .command('test <file>')
    .description('run the examples of a pack: reports in, expected alerts out')
    .option('--json', 'print JSON for machines')
    .action((file: string, options: JsonOption) => {
      const outcomes = [...runExamples(readValidPack(file))]
      const failed = outcomes.filter(({ passed }) => !passed)
      print(context, options, { file, passed: outcomes.length - failed.length, failed }, () => [
        ...failed.flatMap(({ line, ruleId, example, missing, unexpected }) => [
          `${file}:${line} ${ruleId}: ${example}`,
          ...missing.map(words => `  missing: ${words}`),
          ...unexpected.map(words => `  unexpected: ${words}`)
        ]),
        `${outcomes.length - failed.length} of ${outcomes.length} examples passed`
      ])
      if (failed.length > 0) context.exitWith(exitCodes.refused)
    })
}

function addPatterns(parent: Command, context: CommandContext): void {
  parent
    .command('patterns [pattern]')
    .description('list the patterns that rules can name, or the parameters of one')
    .option('--json', 'print JSON for machines')
    .action((name: string | undefined, options: JsonOption) => {
      const all = [...ruleDefinitions.values()].filter(
        ({ id }) => name === undefined || id === name
      )
      if (all.length === 0)
        throw new UsageError(`${name} is not a pattern: tocsin rules patterns lists them`)
      const described = all.map(
        ({ id, handbook: { says, levels, ends, comesBack }, parameters }) => {
          return { pattern: id, says, levels, ends, comesBack, parameters }
        }
      )
      print(context, options, described, () =>
        name === undefined
          ? formatTable(
              ['pattern', 'says'],
              described.map(({ pattern, says }) => [pattern, says])
            )
          : described.flatMap(describePattern)
      )
    })
  parent
    .command('schema')
    .description('print the JSON Schema of packs, for editors')
    .action(() => context.output.line(readFileSync(packSchemaFile, 'utf8').trimEnd()))
}

function describePattern({
  says,
  levels,
  ends,
  comesBack,
  parameters
}: Handbook & { readonly parameters: ParameterRows }) {
  return [
    says,
    `Escalates: ${levels}`,
    `Ends: ${ends}`,
    `Reopens after a withdrawal: ${comesBack}`,
    '',
    ...formatTable(
      ['parameter', 'default', 'unit', 'meaning', 'source'],
      listParameters(parameters)
    )
  ]
}

type ParameterRows = Parameters<typeof listParameters>[0]

function listParameters(
  parameters: Readonly<
    Record<string, { default: unknown; unit: string; meaning: string; source: string }>
  >
) {
  return Object.entries(parameters).map(([name, p]) => [
    name,
    JSON.stringify(p.default),
    p.unit,
    p.meaning,
    p.source
  ])
}

function addDiff(parent: Command, context: CommandContext): void {
  addConnectionOptions(
    parent
      .command('diff <file>')
      .description('preview what a pack would change in the rules and alerts of a running suite')
  )
    .option('--prune', 'treat rules that the pack does not name as withdrawn', false)
    .option('--new', 'compare only rules that the suite does not have', false)
    .action((file: string, options: ClientOptions & Chosen) => {
      const pack = readValidPack(file)
      return withSuite(
        context,
        options,
        async api => {
          const steps = filterSteps(pack, await listAll(api, '/v1/rules'), options)
          const preview = steps.length === 0 ? nothing : await requestPreview(api, steps, context)
          print(context, options, { rules: steps, ...preview }, () => [
            ...stepLines(steps),
            ...formatPreview(preview)
          ])
          if (steps.length > 0) context.exitWith(exitCodes.refused)
        },
        previewTimeoutMs
      )
    })
}

interface Chosen {
  readonly prune: boolean
  readonly new: boolean
}

function filterSteps(
  pack: RulePack,
  standing: readonly Item[],
  { prune, new: onlyNew }: Chosen
): readonly RuleStep[] {
  if (prune && onlyNew)
    throw new UsageError('--new keeps rules of the suite, --prune withdraws them: use one of them')
  return planSteps(pack, standing, prune).filter(({ kind }) => !onlyNew || kind === 'new')
}

const nothing: PreviewAnswer = { theatres: [], elsewhere: [], complete: true }

async function requestPreview(
  api: SuiteApi,
  steps: readonly RuleStep[],
  context: CommandContext
): Promise<PreviewAnswer> {
  if (steps.length > previewedMax)
    throw new CommandError(
      `${steps.length} rules differ; the limit of a preview is ${previewedMax}: compare a smaller pack`
    )
  const rules = steps.map(({ id, body }) => ({ id, ...body }))
  const asked = api.call('POST', '/v1/rules/preview', { body: { rules } })
  return requireGood(await withProgressNotes(asked, api, context.output)).body as PreviewAnswer
}

function stepLines(steps: readonly RuleStep[]): readonly string[] {
  return steps.length === 0
    ? ['the suite already has these rules']
    : steps.map(({ id, kind }) => `rule ${id}: ${kind}`)
}

function addApply(parent: Command, context: CommandContext): void {
  addConnectionOptions(
    parent
      .command('apply <file>')
      .description('declare the rules of a pack in a running suite; disabled rules are withdrawn')
  )
    .option('--prune', 'withdraw rules that the pack does not name', false)
    .option(
      '--new',
      'declare only rules that the suite does not have; existing rules are unchanged',
      false
    )
    .action((file: string, options: ClientOptions & Chosen) => {
      const pack = readValidPack(file)
      return withSuite(context, options, async api => {
        const steps = filterSteps(pack, await listAll(api, '/v1/rules'), options)
        // Concurrent changes of a rule are not overwritten.
        for (const [done, { id, body, seen }] of steps.entries()) {
          const path = `/v1/rules/${encodeURIComponent(id)}`
          const headers = { 'if-match': `"${seen}"` }
          const answer = await (body === null
            ? api.call('DELETE', path, { headers })
            : api.call('PUT', path, { body, headers }))
          if (answer.problem !== null)
            context.output.note(`rule ${id} is refused, after ${done} of ${steps.length} changes:`)
          requireGood(answer)
        }
        print(context, options, { applied: steps }, () => stepLines(steps))
      })
    })
}

function addExplain(parent: Command, context: CommandContext): void {
  addConnectionOptions(
    parent.command('explain [alert]').description('why an alert fired; with --near, near misses')
  )
    .option('--near', 'list groups that nearly fired', false)
    .option('--rule <id>', 'with --near: only this rule')
    .action(
      (alertId: string | undefined, options: ClientOptions & { near: boolean; rule?: string }) => {
        if ((alertId === undefined) !== options.near)
          throw new UsageError('name an alert, or use --near')
        return withSuite(context, options, async api => {
          if (alertId === undefined) await explainNear(api, context, options)
          else await explainAlert(api, context, options, alertId)
        })
      }
    )
}

async function explainAlert(
  api: SuiteApi,
  context: CommandContext,
  options: JsonOption,
  alertId: string
): Promise<void> {
  const alert = requireGood(
    await api.call('GET', `/v1/alerts/${encodeURIComponent(alertId)}?revisions=0`)
  ).body as Item
  const answer = await api.call('GET', `/v1/rules/${encodeURIComponent(String(alert.ruleId))}`)
  const rule = answer.status === 404 ? null : (requireGood(answer).body as Item)
  print(context, options, { alert, rule }, () => formatExplanation(alert, rule))
}

async function explainNear(
  api: SuiteApi,
  context: CommandContext,
  options: JsonOption & { rule?: string }
): Promise<void> {
  const ids =
    options.rule === undefined
      ? (await listAll(api, '/v1/rules')).map(({ ruleId }) => String(ruleId))
      : [options.rule]
  const told: NearOfRule[] = []
  for (const ruleId of ids) {
    const answer = requireGood(
      await api.call('GET', `/v1/rules/${encodeURIComponent(ruleId)}/near`)
    ).body as NearAnswer
    told.push({ ruleId, ...answer })
  }
  print(context, options, told, () => formatNearMisses(told))
}
