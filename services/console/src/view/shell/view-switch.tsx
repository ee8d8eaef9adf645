// The views of the console: a row of links, and on a narrow screen a menu that opens.

import { useState } from 'preact/hooks'
import { mayReport, type ViewName } from '../../shown/console-views.ts'
import { caller } from '../../state/console-state.ts'
import { currentView, hrefOf, openView, openViews } from '../../state/current-view.ts'
import { words } from '../../words/words.ts'
import { isFollowedHere } from '../parts/followed-link.ts'

const listId = 'views-list'

/** A light leads to the reports in no theatre, while there are any. */
const hasEntry = (name: ViewName) => name !== 'unassigned'

export function ViewSwitch() {
  const [isOpen, setOpen] = useState(false)
  const open = openViews.value
  const current = currentView.value
  const canReport = mayReport(caller.value?.scopes ?? [])
  if (open.length < 2 && !canReport) return null
  const follow = (event: MouseEvent, name: ViewName) => {
    if (!isFollowedHere(event)) return
    setOpen(false)
    openView(name)
  }
  return (
    <nav class={`views ${isOpen ? 'is-open' : ''}`} aria-label={words.views.title}>
      <button
        type="button"
        class="views-menu"
        aria-expanded={isOpen}
        aria-controls={listId}
        onClick={() => setOpen(!isOpen)}
      >
        <span aria-hidden="true">☰</span>{' '}
        <span class="visually-hidden">{words.views.title}: </span>
        {words.views.names[current]}
      </button>
      <ul id={listId}>
        {open.filter(hasEntry).map(name => (
          <li key={name}>
            <a
              href={hrefOf(name)}
              aria-current={name === current ? 'page' : undefined}
              onClick={event => follow(event, name)}
            >
              {words.views.names[name]}
            </a>
          </li>
        ))}
        {canReport ? (
          <li>
            <a href="/report">{words.views.report}</a>
          </li>
        ) : null}
      </ul>
    </nav>
  )
}
