// One rule: what it is, and the text of its change.

import { useLayoutEffect } from 'preact/hooks'
import type { Rule } from '../../shown/answers.ts'
import type { SendState } from '../../state/command.ts'
import { isLive, mayUse } from '../../state/console-state.ts'
import { openItem } from '../../state/current-view.ts'
import { endPreview, previewProgress } from '../../state/rules/preview-progress.ts'
import {
  backtest,
  backtestRule,
  beginRule,
  previewNow,
  previewRule,
  putRule,
  type RuleOutcome,
  reloadRule,
  resetRule,
  ruleDraft,
  ruleOutcome,
  withdrawRule
} from '../../state/rules/rules.ts'
import { words } from '../../words/words.ts'
import { TextField } from '../parts/controls.tsx'
import { AskFirst } from '../parts/form.tsx'
import { BackButton } from '../parts/record-list.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { Backtest } from './backtest.tsx'
import { NearMisses } from './near-misses.tsx'
import { Parameters, RuleFacts, RuleMark } from './rule-facts.tsx'
import { Preview } from './rule-preview.tsx'

export function OneRule({ rule }: { readonly rule: Rule | null }) {
  const told = words.rules
  const mayChange = mayUse('rules:manage')
  return (
    <ViewPage title={rule === null ? told.create : (rule.title ?? rule.ruleId)}>
      <BackButton label={told.back} onBack={() => openItem(null)} />
      {rule === null ? null : (
        <>
          <section class="record">
            <p>
              <RuleMark rule={rule} />
            </p>
            <RuleFacts rule={rule} />
          </section>
          <Parameters rule={rule} />
          <NearMisses ruleId={rule.ruleId} />
        </>
      )}
      {mayChange ? <Editor rule={rule} /> : null}
    </ViewPage>
  )
}

/** Faults of a rule have lines, not fields. */
const noState = { value: { kind: 'idle' } as SendState }

function Editor({ rule }: { readonly rule: Rule | null }) {
  const told = words.rules
  // Once: a newer version must not replace what is being typed. Before anybody can type: a later
  // start would take it away.
  useLayoutEffect(() => {
    beginRule(rule)
    // Who leaves waits for no preview: another one can have its turn.
    return endPreview
  }, [])
  const { of, text } = ruleDraft.typed.value
  const form = { ...ruleDraft, state: noState }
  const outcome = ruleOutcome.value
  const isBusy =
    outcome.kind === 'previewing' || outcome.kind === 'backtesting' || outcome.kind === 'saving'
  const standing = previewNow.value
  const mayPut = standing === 'current' && isLive.value
  const faults = outcome.kind === 'refused' ? outcome.faults : []
  const fault = faults
    .map(({ line, column, detail }) => words.views.faultAt(line, column, detail))
    .join(' · ')
  const submit = (event: Event) => {
    event.preventDefault()
    void previewRule()
  }
  return (
    <form class="fields wide" onSubmit={submit} aria-label={told.edit}>
      <h3>{rule === null ? told.create : told.edit}</h3>
      {rule === null ? <TextField form={form} name="id" told={told} /> : null}
      <TextField
        form={form}
        name="text"
        told={told}
        class="code"
        rows={14}
        spellcheck={false}
        fault={fault === '' ? undefined : fault}
      />
      <div class="buttons">
        <button type="submit" class={mayPut ? '' : 'primary'} disabled={isBusy}>
          {told.preview}
        </button>
        <button type="button" disabled={isBusy} onClick={() => void backtestRule()}>
          {told.backtest}
        </button>
        <button
          type="button"
          class={mayPut ? 'primary' : ''}
          disabled={isBusy || !mayPut}
          onClick={() => void putRule()}
        >
          {told.save}
        </button>
        <button
          type="button"
          onClick={() => (rule === null ? resetRule(null) : void reloadRule(rule.ruleId))}
        >
          {outcome.kind === 'refused' && outcome.isStale ? told.reload : told.reset}
        </button>
        {rule === null ? null : (
          <AskFirst
            label={told.withdraw}
            question={told.withdrawAsk}
            yes={told.withdrawYes}
            onYes={() => void withdrawRule(rule)}
            disabled={isBusy || !isLive.value}
          />
        )}
        {isLive.value ? null : <span class="soft">{words.stale.actsWait}</span>}
      </div>
      <p class={`outcome ${outcome.kind}`} role="status">
        {outcomeWords(outcome, standing)}
      </p>
      <Waiting of={of} />
      {outcome.kind === 'preview' && standing !== null ? (
        <Preview key={outcome.of} preview={outcome.preview} />
      ) : null}
      {backtest.value?.of === text ? <Backtest preview={backtest.value.preview} /> : null}
    </form>
  )
}

/** Not in the line above: nobody wants to hear every second how far it is. */
function Waiting({ of }: { readonly of: string }) {
  const progress = previewProgress.value
  if (progress?.of !== of) return null
  const { percent, done, theatres } = progress
  const said = words.rules.progress(percent, done, theatres)
  return (
    <p class="preview-progress">
      <progress max={100} value={percent} aria-label={words.rules.progressOf} />{' '}
      <span class="soft">{said}</span>
    </p>
  )
}

function outcomeWords(outcome: RuleOutcome, standing: typeof previewNow.value): string {
  const { previewing, backtesting, saving, saveFirst, previewAgain } = words.rules
  switch (outcome.kind) {
    case 'previewing':
      return previewing
    case 'backtesting':
      return backtesting
    case 'saving':
      return saving
    case 'refused':
    case 'done':
      return outcome.text
    default:
      return standing === null ? saveFirst : standing === 'current' ? '' : previewAgain[standing]
  }
}
