// Rules: what raises alerts. One of them with its parameters and its text, which is previewed
// before it goes live.

import '../../style/records.css'
import type { Rule } from '../../shown/answers.ts'
import { mayUse } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { useAsking } from '../../state/resource.ts'
import { ruleDraft, ruleList, ruleOutcome, seek, sought } from '../../state/rules/rules.ts'
import { rulesInOrder, stateOfRule } from '../../upkeep/rule-text.ts'
import { patternWords } from '../../words/alert-words.ts'
import { words } from '../../words/words.ts'
import { Failure } from '../parts/failure.tsx'
import { GoneWords } from '../parts/gone-words.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { OneRule } from './one-rule.tsx'
import { RuleMark } from './rule-facts.tsx'

const askEveryMs = 15_000

export function Rules() {
  useAsking(ruleList.load, askEveryMs)
  const item = currentItem.value
  const { body, failure } = ruleList.state.value
  if (item === 'new') return <OneRule key="new" rule={null} />
  const chosen = body?.items.find(({ ruleId }) => ruleId === item)
  if (chosen !== undefined) return <OneRule key={chosen.ruleId} rule={chosen} />
  const shown = rulesInOrder(body?.items ?? [], sought.value)
  const outcome = ruleOutcome.value
  return (
    <ViewPage title={words.views.names.rules} lead={words.rules.lead}>
      <Failure failure={failure} />
      <div class="buttons">
        <label class="choice">
          <span>{words.rules.search}</span>
          <input
            type="search"
            value={sought.value}
            onInput={event => seek(event.currentTarget.value)}
          />
        </label>
        {mayUse('rules:manage') ? (
          <button type="button" onClick={() => openItem('new')}>
            {words.rules.create}
          </button>
        ) : null}
        <span role="status">
          {body === null ? words.views.asking : words.rules.count(shown.length)}
        </span>
      </div>
      {outcome.kind === 'done' ? <p class="outcome done">{outcome.text}</p> : null}
      {item !== null && body !== null ? <GoneRule key={item} id={item} /> : null}
      {body !== null && shown.length === 0 ? <p>{words.rules.none}</p> : null}
      <ul class="records" aria-label={words.views.names.rules}>
        {shown.map(rule => (
          <Item key={rule.ruleId} rule={rule} />
        ))}
      </ul>
    </ViewPage>
  )
}

/** A rule that somebody else removed, maybe while its text was being changed here. */
function GoneRule({ id }: { readonly id: string }) {
  const draft = ruleDraft.typedOf(id)
  return (
    <div>
      <p role="alert">{words.rules.gone}</p>
      <GoneWords
        texts={draft === undefined ? [] : [draft.text]}
        onDrop={() => ruleDraft.drop(id)}
      />
    </div>
  )
}

function Item({ rule }: { readonly rule: Rule }) {
  const { ruleId, title, pattern, theatres } = rule
  return (
    <li class={`record row-like is-${stateOfRule(rule)}`}>
      <h3>
        <button type="button" class="as-link" onClick={() => openItem(ruleId)}>
          <bdi>{title ?? ruleId}</bdi>
        </button>
        <RuleMark rule={rule} />
        <span class="soft">
          {title === undefined && pattern === ruleId
            ? patternWords(pattern)
            : `${ruleId} · ${patternWords(pattern)}`}
          {theatres === undefined ? '' : ` · ${theatres.join(', ')}`}
        </span>
      </h3>
    </li>
  )
}
