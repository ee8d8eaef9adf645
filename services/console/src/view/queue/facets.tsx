// What the list is narrowed by: facets with how many open alerts have each value, and its state.

import type { ComponentChildren } from 'preact'
import {
  choiceIn,
  type FacetName,
  facetNames,
  isNarrowed,
  pressed,
  type QueueFilter,
  statusFilters,
  wholeQueue,
  withChosen,
  withins
} from '../../queue/queue-filter.ts'
import { filter, theatreWords } from '../../state/console-state.ts'
import { changeFilter, choices, counts } from '../../state/queue-state.ts'
import { words } from '../../words/words.ts'
import { Button } from '../parts/basics.tsx'
import { Choice } from '../parts/form.tsx'
import { facetValueWords } from './filter-words.ts'

export function Facets({ onClose }: { readonly onClose: () => void }) {
  const { filters } = words
  const now = filter.value
  return (
    <>
      <div class="facets as-grid">
        {facetNames.map(name => (
          <OneFacet key={name} name={name} />
        ))}
        <States />
      </div>
      <p class="facets-foot fine line">
        <span class="soft">{filters.notHint}</span>
        {isNarrowed(now) ? (
          <Button
            class="bare"
            onClick={() => changeFilter({ ...wholeQueue, sort: now.sort, group: now.group })}
          >
            {words.queue.clear}
          </Button>
        ) : null}
        <Button class="primary" onClick={onClose}>
          {filters.show(counts.value.shown)}
        </Button>
      </p>
    </>
  )
}

function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <fieldset class="facet slim">
      <legend class="fine strong soft">{title}</legend>
      {children}
    </fieldset>
  )
}

function OneFacet({ name }: { readonly name: FacetName }) {
  const { filters } = words
  const facet = filter.value[name]
  const offered = withChosen(choices.value[name], facet)
  // With one value there is no choice.
  if (offered.length < 2 && facet.length === 0) return null
  return (
    <Group title={filters.facets[name]}>
      <ul>
        {offered.map(([value, count]) => {
          const choice = choiceIn(facet, value)
          const text = name === 'theatre' ? theatreWords(value) : facetValueWords(name, value)
          return (
            <li key={value}>
              <Button
                role="checkbox"
                aria-checked={choice === 'not' ? 'mixed' : choice === 'yes'}
                aria-label={choice === 'not' ? filters.not(text) : text}
                class={`box gap-2 is-${choice}`}
                onClick={() => changeFilter({ [name]: pressed(facet, value) })}
              >
                <bdi>{text}</bdi>
                <span class="box-count faint push">{count}</span>
              </Button>
            </li>
          )
        })}
      </ul>
    </Group>
  )
}

function States() {
  const { filters } = words
  const { status, unacknowledged, within, withOldNews, withDrills } = filter.value
  const box = (text: string, isOn: boolean, members: Partial<QueueFilter>) => (
    <li>
      <Button
        role="checkbox"
        aria-checked={isOn}
        class={`box gap-2 is-${isOn ? 'yes' : 'open'}`}
        onClick={() => changeFilter(members)}
      >
        {text}
      </Button>
    </li>
  )
  return (
    <Group title={filters.state}>
      <ul>
        {box(words.unacknowledged.one, unacknowledged, { unacknowledged: !unacknowledged })}
        {box(filters.quiet, withOldNews, { withOldNews: !withOldNews })}
        {box(filters.drills, withDrills, { withDrills: !withDrills })}
      </ul>
      <Choice
        label={filters.status}
        isLabelHidden
        class=""
        value={status}
        options={statusFilters.map(each => [each, filters.statuses[each]])}
        onPick={each => changeFilter({ status: each as typeof status })}
      />
      <Choice
        label={filters.within}
        isLabelHidden
        class=""
        value={within}
        options={[
          ['', filters.anyTime] as const,
          ...withins.map(
            each => [each, filters.active(filters.within, filters.withins[each])] as const
          )
        ]}
        onPick={each => changeFilter({ within: each as typeof within })}
      />
    </Group>
  )
}
