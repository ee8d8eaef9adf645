// Rules: what raises alerts. One of them with its parameters and its text, which is previewed
// before it goes live.

import { findRuleState, rulesInOrder } from '../../records/rule-text.ts'
import { mayUse } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { useResource } from '../../state/resource.ts'
import { ruleList, ruleOutcome, seek, sought } from '../../state/rules.ts'
import { patternWords } from '../../words/alert-words.ts'
import { words } from '../../words/words.ts'
import { Record, RecordList } from '../parts/record-list.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { OneRule } from './one-rule.tsx'
import { RuleMark } from './rule-facts.tsx'

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
