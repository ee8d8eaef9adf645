// Rules: what raises alerts. One of them with its performance, its parameters, what nearly fired, its
// earlier versions, and its text beside its fields, which is previewed before it goes live.

import type { ComponentType } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import {
  diffLines,
  type FormParameter,
  findRuleState,
  formatRule,
  newRuleText,
  type RuleFields,
  readParameter,
  rulesInOrder
} from '../../records/rule.ts'
import type { NearMiss, Rule, RulePreview, RuleVersion } from '../../shown/answers.ts'
import { useDispositions } from '../../state/asked-reports.ts'
import { caller, isLive, mayUse, theatreList, theatreWords } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import type { SendState } from '../../state/forms.ts'
import { useResource } from '../../state/resource.ts'
import {
  backtest,
  backtestRule,
  beginRule,
  deleteRule,
  endPreview,
  fieldsNow,
  nearMisses,
  parametersNow,
  patterns,
  previewNow,
  previewRule,
  previewTyped,
  publishRule,
  type RuleOutcome,
  reloadRule,
  resetRule,
  restore,
  ruleDraft,
  ruleForm,
  ruleList,
  ruleOutcome,
  ruleVersions,
  seek,
  seeking,
  seekNear,
  sought
} from '../../state/rules.ts'
import { patternWords } from '../../words/alert-words.ts'
import { capital } from '../../words/language/language.ts'
import { judgedAndExpectedWords } from '../../words/policy-words.ts'
import { dayWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Time } from '../parts/alert-mark.tsx'
import { Button } from '../parts/basics.tsx'
import {
  AskFirst,
  CheckField,
  ChoiceField,
  NumberField,
  Outcome,
  TextField
} from '../parts/form.tsx'
import { BackButton, Facts, Failure, Mark, Record, RecordList } from '../parts/records.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { Preview, RuleChart } from './rule-preview.tsx'
import type { YamlEditorProps } from './yaml-editor.tsx'

export function Rules() {
  const { body } = useResource(ruleList, ['rules'])
  const item = currentItem.value
  if (item === 'new') return <OneRule key="new" rule={null} />
  const chosen = body?.items.find(({ ruleId }) => ruleId === item)
  if (chosen !== undefined) return <OneRule key={chosen.ruleId} rule={chosen} />
  const shown = rulesInOrder(body?.items ?? [], sought.value)
  const outcome = ruleOutcome.value
  return (
    <ViewPage title={words.views.names.rules} lead={words.rules.lead}>
      <div class="line">
        <label class="choice">
          <span>{words.rules.search}</span>
          <input
            type="search"
            value={sought.value}
            onInput={event => seek(event.currentTarget.value)}
          />
        </label>
        {mayUse('rules:manage') ? (
          <Button onClick={() => openItem('new')}>{words.rules.create}</Button>
        ) : null}
        {body === null ? null : <span role="status">{words.rules.count(shown.length)}</span>}
      </div>
      {outcome.kind === 'done' ? <p class="outcome done">{outcome.text}</p> : null}
      {item !== null && body !== null ? <p role="alert">{words.rules.gone}</p> : null}
      <RecordList
        of={ruleList}
        items={body === null ? null : shown}
        keyOf={({ ruleId }) => ruleId}
        label={words.views.names.rules}
        none={words.rules.none}
        draw={rule => (
          <Record
            is={findRuleState(rule)}
            title={rule.title ?? rule.ruleId}
            onOpen={() => openItem(rule.ruleId)}
            mark={
              <>
                <RuleMark rule={rule} />
                <span class="soft">
                  {rule.title === undefined && rule.pattern === rule.ruleId
                    ? patternWords(rule.pattern)
                    : `${rule.ruleId} · ${patternWords(rule.pattern)}`}
                  {rule.theatres === undefined ? '' : ` · ${rule.theatres.join(', ')}`}
                </span>
              </>
            }
          />
        )}
      />
    </ViewPage>
  )
}

function OneRule({ rule }: { readonly rule: Rule | null }) {
  const told = words.rules
  const mayChange = mayUse('rules:manage')
  return (
    <ViewPage title={rule === null ? told.create : (rule.title ?? rule.ruleId)}>
      <BackButton label={told.back} onBack={() => openItem(null)} />
      <MayNot />
      {rule === null ? null : (
        <>
          <section class="record">
            <p>
              <RuleMark rule={rule} />
            </p>
            <RuleFacts rule={rule} />
          </section>
          {mayChange ? null : (
            <>
              <Parameters rule={rule} />
              <NearMisses ruleId={rule.ruleId} />
              <RuleVersions published={rule.ruleVersion} />
            </>
          )}
        </>
      )}
      {mayChange ? <Editor rule={rule} /> : null}
    </ViewPage>
  )
}

/** What the key may not do: shown before anybody types. */
function MayNot() {
  const { reads, previews } = words.rules.mayNot
  const may = mayUse('rules:manage')
  if (may && caller.value?.handling === 'restricted') return null
  return <p class="banner">{may ? previews : reads}</p>
}

/** Where it cannot be loaded, a plain field has the text. */
function useYamlEditor(): ComponentType<YamlEditorProps> | 'asked' | 'failed' {
  const [Yaml, setYaml] = useState<ComponentType<YamlEditorProps> | 'asked' | 'failed'>('asked')
  useEffect(() => {
    void import('./yaml-editor.tsx').then(
      ({ YamlEditor }) => setYaml(() => YamlEditor),
      () => setYaml('failed')
    )
  }, [])
  return Yaml
}

/** Typing has stopped for so long, ms: then it is previewed. */
const pauseMs = 700

/** The text field shows no faults: they are listed next to it by line. */
const noState = { value: { kind: 'idle' } as SendState }

function Editor({ rule }: { readonly rule: Rule | null }) {
  const told = words.rules
  // Once, before anybody can type: a newer version or a later start must not replace it.
  useLayoutEffect(() => beginRule(rule), [])
  const Yaml = useYamlEditor()
  const { of, text } = ruleDraft.typed.value
  const isTyped =
    of === (rule?.ruleId ?? 'new') && text !== (rule === null ? newRuleText : formatRule(rule))
  // A text that is no longer typed has no preview to wait for.
  useEffect(() => {
    const timer = isTyped ? setTimeout(() => void previewTyped(), pauseMs) : undefined
    return () => {
      clearTimeout(timer)
      endPreview()
    }
  }, [of, text])
  const known = (theatreList.state.value.body?.items ?? []).map(({ id }) => id)
  const form = { ...ruleDraft, state: noState }
  const outcome = ruleOutcome.value
  const isBusy = outcome.kind === 'publishing'
  const standing = previewNow.value
  const mayPut = standing === 'current' && isLive.value && caller.value?.handling === 'restricted'
  const tried = backtest.value?.of === text ? backtest.value.preview : null
  const charted = outcome.kind === 'preview' && standing !== null ? outcome.preview : tried
  const last = useRef<RulePreview | null>(null)
  last.current = charted ?? (isTyped ? last.current : null)
  const near = nearMisses.value?.of === rule?.ruleId ? (nearMisses.value?.items ?? []) : []
  const faults = outcome.kind === 'refused' ? outcome.faults : []
  const submit = (event: Event) => {
    event.preventDefault()
    void previewRule()
  }
  return (
    <form class="fields wide" onSubmit={submit} aria-label={told.edit}>
      <h3>{rule === null ? told.create : told.edit}</h3>
      {rule === null ? <TextField form={form} name="id" told={told} /> : null}
      <div class="rule-grid">
        <section class="card" aria-label={words.filters.facets.pattern}>
          <h3>{words.filters.facets.pattern}</h3>
          <RuleForm />
        </section>
        <div class="rule-results gap-3">
          <div class="line">
            <button type="submit" class={mayPut ? '' : 'primary'} disabled={isBusy}>
              {told.preview}
            </button>
            <Button disabled={isBusy} onClick={() => void backtestRule()}>
              {told.backtest}
            </Button>
            <Button
              class={mayPut ? 'primary' : ''}
              disabled={isBusy || !mayPut}
              onClick={() => void publishRule()}
            >
              {told.publish}
            </Button>
            <Button
              onClick={() => (rule === null ? resetRule(null) : void reloadRule(rule.ruleId))}
            >
              {outcome.kind === 'refused' && outcome.isStale ? told.reload : told.reset}
            </Button>
            {rule === null ? null : (
              <AskFirst
                label={told.delete}
                question={told.deleteAsk}
                yes={words.views.deleteIt}
                onYes={() => void deleteRule(rule)}
                disabled={isBusy || !isLive.value}
              />
            )}
            {isLive.value ? null : <span class="soft">{words.stale.actsWait}</span>}
          </div>
          <p class={`outcome ${outcome.kind}`} role="status">
            {outcomeWords(outcome, standing)}
          </p>
          <RuleChart preview={last.current} near={near} isOld={charted === null && isTyped} />
          {outcome.kind === 'preview' && standing !== null ? (
            <Preview key={outcome.of} preview={outcome.preview} />
          ) : null}
          {tried === null ? null : <Preview isBacktest preview={tried} />}
          {rule === null ? null : (
            <>
              <NearMisses ruleId={rule.ruleId} />
              <RuleVersions published={rule.ruleVersion} />
            </>
          )}
        </div>
        <section class="card" aria-label={told.form.yaml}>
          <h3>
            {told.form.yaml} <small>{told.form.same}</small>
          </h3>
          {Yaml === 'asked' ? (
            <p class="soft">{words.views.loading}</p>
          ) : Yaml === 'failed' ? (
            <TextField
              {...{ form, told }}
              name="text"
              class="code fine"
              rows={14}
              spellcheck={false}
            />
          ) : (
            <Yaml
              label={told.text}
              text={text}
              now={() => ruleDraft.typed.peek().text}
              faults={faults}
              names={{ patterns: patterns.value, theatres: known }}
              onChange={typed => ruleDraft.change({ text: typed })}
            />
          )}
          {faults.length === 0 ? null : (
            <ul class="faults">
              {faults.map(({ line, column, detail }) => (
                <li key={`${line}:${column}:${detail}`} class="fault">
                  {words.views.faultAt(line, column, detail)}
                </li>
              ))}
            </ul>
          )}
          <p class="hint fine soft">{told.form.completes}</p>
        </section>
      </div>
    </form>
  )
}

function outcomeWords(outcome: RuleOutcome, standing: typeof previewNow.value): string {
  const { previewing, backtesting, publishing, previewFirst, previewAgain } = words.rules
  switch (outcome.kind) {
    case 'previewing':
      return previewing
    case 'backtesting':
      return backtesting
    case 'publishing':
      return publishing
    case 'refused':
    case 'done':
      return outcome.text
    default:
      return standing === null ? previewFirst : standing === 'current' ? '' : previewAgain
  }
}

function RuleForm() {
  const told = words.rules.form
  const fields = fieldsNow.value
  if (fields === null) return <p role="status">{told.mendText}</p>
  const known = new Set(patterns.value.keys()).add(String(fields.pattern))
  const options = [...known].map(
    code => [code, code === '' ? told.choose : patternWords(code)] as const
  )
  return (
    <div class="fieldset">
      <TextField form={ruleForm} name="title" told={told} />
      <ChoiceField form={ruleForm} name="pattern" told={told} options={options} />
      <div class="pair as-grid">
        {parametersNow.value.map(parameter => (
          <ParameterField key={parameter.name} {...parameter} />
        ))}
      </div>
      <TextField form={ruleForm} name="where" told={told} spellcheck={false} class="code fine" />
      <TextField form={ruleForm} name="severities" told={told} />
      <TextField form={ruleForm} name="theatres" told={told} />
      <ChoiceField form={ruleForm} name="notify" told={told} options={told.notifies} />
    </div>
  )
}

function ParameterField({ name, kind, value, title, unit, meaning }: FormParameter) {
  const path = `parameters/${name}`
  const told = {
    // A title that has the unit needs it no more.
    [path]: title.toLowerCase().includes(unit) ? title : `${title} (${unit})`,
    [`${path}Hint`]: `${capital(meaning)}. ${name}`
  } as Record<string, string>
  const bound = { form: ruleForm, name: path, told } as {
    readonly form: typeof ruleForm
    readonly name: string & keyof RuleFields
    readonly told: Record<string, string>
  }
  if (kind === 'check') return <CheckField {...bound} />
  const placeholder = Array.isArray(value) ? value.join(', ') : String(value)
  return kind === 'number' ? (
    <NumberField {...bound} placeholder={placeholder} />
  ) : (
    <TextField {...bound} placeholder={placeholder} />
  )
}

const levels = { runs: 'good', failing: 'bad', short: 'bad', warming: 'warn' } as const

function RuleMark({ rule }: { readonly rule: Rule }) {
  const state = findRuleState(rule)
  return <Mark level={levels[state]} text={words.rules.states[state]} />
}

function RuleFacts({ rule }: { readonly rule: Rule }) {
  const told = words.rules
  const { budgets = {}, failing, where } = rule
  const list = (all: readonly string[]) => (all.length === 0 ? null : all.join(', '))
  return (
    <Facts
      of={[
        [told.form.pattern, patternWords(rule.pattern)],
        [told.version, rule.ruleVersion],
        [told.form.theatres, rule.theatres?.join(', ') ?? told.everywhere],
        Object.keys(budgets).length === 0
          ? null
          : [told.budgets, told.budgetsOf(Object.entries(budgets))],
        [told.form.severities, rule.severities?.join(', ') ?? told.levelsDefault],
        where === undefined ? null : [told.form.where, <code>{where}</code>],
        [told.groupBy, rule.groupBy?.join(', ')],
        [told.headline, rule.headline],
        [words.judged.title, useJudged(rule.ruleId), true],
        failing.count === 0
          ? null
          : [told.failingName, told.failing(failing.count, failing.lastMessage)],
        [told.shortName, list(rule.retainedTooShort)],
        [told.looseName, list(rule.namesNoRule)],
        rule.warming.length === 0 ? null : [told.warmingName, told.warming(rule.warming), true]
      ]}
    />
  )
}

/** How often it was wrong, in each theatre where it raised something; null: not told. */
function useJudged(ruleId: string) {
  const rows = useDispositions(ruleId)
  if (rows === null || rows.length === 0) return rows === null ? null : words.judged.none
  return rows.map(row => (
    <div key={row.theatre}>{words.judged.inTheatre(row.theatre, judgedAndExpectedWords(row))}</div>
  ))
}

function valueWords(value: unknown): string {
  if (Array.isArray(value) && value.every(item => typeof item !== 'object')) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function Parameters({ rule }: { readonly rule: Rule }) {
  const told = words.rules
  if (rule.inForce.length === 0) return null
  return (
    <section class="record">
      <h3>{told.parameters}</h3>
      <dl class="parameters">
        {rule.inForce.map(readParameter).map(({ name, title, value, unit, meaning }) => (
          <div key={name}>
            <dt>{title}</dt>
            <dd class="parameter-value">
              <b>{valueWords(value)}</b> {unit}
              {Object.hasOwn(rule.parameters, name) ? (
                <span class="mark"> · {told.setHere}</span>
              ) : null}
            </dd>
            <dd class="soft">
              {capital(meaning)}. <code>{name}</code>
            </dd>
          </div>
        ))}
      </dl>
      <p class="soft">{told.howOften}</p>
    </section>
  )
}

function NearMisses({ ruleId }: { readonly ruleId: string }) {
  const told = words.rules.near
  const items = nearMisses.value?.of === ruleId ? nearMisses.value.items : []
  return (
    <section class="record" aria-label={told.title}>
      <h3>{told.title}</h3>
      <p class="soft">{told.means}</p>
      <p>
        <Button
          disabled={seeking.state.value.kind === 'asking'}
          onClick={() => void seekNear(ruleId)}
        >
          {told.ask}
        </Button>
      </p>
      <Outcome state={seeking.state.value} />
      {items.length === 0 ? null : (
        <ul class="near-misses">
          {items.map((miss, i) => (
            <NearMissItem key={i} miss={miss} />
          ))}
        </ul>
      )}
    </section>
  )
}

function NearMissItem({ miss }: { readonly miss: NearMiss }) {
  const told = words.rules.near
  const { theatre, group, measure, lacks, drill, incidents, lastAt } = miss
  return (
    <li>
      {drill === true ? `${told.drill} ` : ''}
      <b>
        <bdi>{Object.values(group).join(', ')}</bdi>
      </b>{' '}
      <span class="soft">
        <bdi>{theatreWords(theatre)}</bdi>
      </span>
      : {told.measure(measure.name, measure.value, measure.threshold)} · {told.lacks}{' '}
      <bdi>{lacks}</bdi> · {told.seen(incidents, dayWords(lastAt))}
    </li>
  )
}

const signs = { same: ' ', gone: '−', new: '+' } as const
const elements = { same: 'span', gone: 'del', new: 'ins' } as const

/** `published`: the version of the rule now. */
function RuleVersions({ published }: { readonly published: number }) {
  const { body, failure } = useResource(ruleVersions, ['rules'])
  const told = words.rules.versions
  const items = body?.items ?? []
  return (
    <section class="record" aria-label={told.title}>
      <h3>{told.title}</h3>
      <Failure failure={failure} />
      <ol class="rule-versions as-grid gap-2">
        {items.map((each, i) => (
          <li key={each.ruleVersion}>
            <span>{told.version(each.ruleVersion, each.by?.name ?? told.unknown)}</span>{' '}
            <Time at={each.at} />{' '}
            {each.ruleVersion === published ? (
              <span class="mark good">{told.published}</span>
            ) : mayUse('rules:manage') ? (
              <Button class="small" onClick={() => restore(each)}>
                {told.restore}
              </Button>
            ) : null}
            <Difference of={each} before={items[i + 1]} />
          </li>
        ))}
      </ol>
    </section>
  )
}

interface DifferenceProps {
  readonly of: RuleVersion
  /** The one before it; undefined: it is the first, or not known. */
  readonly before: RuleVersion | undefined
}

function Difference({ of, before }: DifferenceProps) {
  const told = words.rules.versions
  const lines = diffLines(before === undefined ? '' : formatRule(before.rule), formatRule(of.rule))
  return (
    <details>
      <summary>{before === undefined ? told.first : told.difference}</summary>
      <pre class="line-diff">
        {lines.map(({ kind, line }, i) => {
          const Element = elements[kind]
          return (
            <Element key={i}>
              {before === undefined ? '' : `${signs[kind]} `}
              {line}
              {'\n'}
            </Element>
          )
        })}
      </pre>
    </details>
  )
}
