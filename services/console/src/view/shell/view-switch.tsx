// The views of the console: the main ones as a row of links, the others in a menu; on a narrow
// screen a row at the foot of the page.

import { mayReport, type ViewName } from '../../shown/console-views.ts'
import { setAddress } from '../../state/address.ts'
import { caller } from '../../state/console-state.ts'
import { currentView, hrefOf, openView, openViews } from '../../state/current-view.ts'
import { reportPath } from '../../state/language.ts'
import { words } from '../../words/words.ts'
import { isMapShown } from '../map/map-shown.tsx'
import { isFollowedHere } from '../parts/followed-link.ts'
import { Icon } from '../parts/icon.tsx'
import { Menu } from '../parts/menu.tsx'

const main: readonly ViewName[] = ['alerts', 'hand-over', 'watches', 'sources', 'rules']
/** A light leads to the reports in no theatre, while there are any. */
const hasEntry = (name: ViewName): boolean => name !== 'unassigned'

function ViewLink({ name, class: kind }: { readonly name: ViewName; readonly class?: string }) {
  const follow = (event: MouseEvent) => {
    if (isFollowedHere(event)) openView(name)
  }
  return (
    <a
      class={kind}
      href={hrefOf(name)}
      aria-current={name === currentView.value ? 'page' : undefined}
      onClick={follow}
    >
      {words.views.names[name]}
    </a>
  )
}

export function ViewSwitch() {
  const open = openViews.value.filter(hasEntry)
  const canReport = mayReport(caller.value?.scopes ?? [])
  if (open.length < 2 && !canReport) return null
  const current = currentView.value
  const isElsewhere = hasEntry(current) && !main.includes(current)
  return (
    <nav class="views" aria-label={words.views.title}>
      {main
        .filter(name => open.includes(name))
        .map(name => (
          <ViewLink key={name} name={name} />
        ))}
      <Menu
        class={`more-views ${isElsewhere ? 'is-current' : ''}`}
        label={
          <>
            {isElsewhere ? words.views.names[current] : ''} <Icon name="more" />
            <span class="visually-hidden">{words.views.more}</span>
          </>
        }
      >
        {open
          .filter(name => name !== 'alerts')
          .map(name => (
            // What stands in the bar stands here where the bar is too narrow for it.
            <ViewLink
              key={name}
              name={name}
              {...(main.includes(name) ? { class: 'in-bar' } : {})}
            />
          ))}
        {canReport ? <a href={reportPath()}>{words.views.report}</a> : null}
      </Menu>
    </nav>
  )
}

/** For a thumb: the list, its map, the shift report, and all else. */
export function FootSwitch() {
  const open = openViews.value
  const isAlerts = currentView.value === 'alerts'
  if (!open.includes('alerts')) return null
  const isOnMap = isAlerts && isMapShown.value
  const follow = (event: MouseEvent, map: string | null) => {
    if (isFollowedHere(event))
      setAddress({ view: null, item: null, alert: null, map }, { push: true })
  }
  return (
    <nav class="foot-switch" aria-label={words.views.footTitle}>
      <a
        href={hrefOf('alerts', { map: null, alert: null })}
        aria-current={isAlerts && !isOnMap ? 'page' : undefined}
        onClick={event => follow(event, null)}
      >
        <Icon name="list" />
        {words.views.names.alerts}
      </a>
      <a
        href={hrefOf('alerts', { map: 'yes', alert: null })}
        aria-current={isOnMap ? 'page' : undefined}
        onClick={event => follow(event, 'yes')}
      >
        <Icon name="map" />
        {words.views.map}
      </a>
      {open.includes('hand-over') ? (
        <a
          href={hrefOf('hand-over')}
          aria-current={currentView.value === 'hand-over' ? 'page' : undefined}
          onClick={event => {
            if (isFollowedHere(event)) openView('hand-over')
          }}
        >
          <Icon name="sheet" />
          {words.views.shift}
        </a>
      ) : null}
      <Menu
        label={
          <>
            <Icon name="more" />
            {words.views.moreShort}
          </>
        }
      >
        {open
          .filter(name => hasEntry(name) && name !== 'alerts' && name !== 'hand-over')
          .map(name => (
            <ViewLink key={name} name={name} />
          ))}
        {mayReport(caller.value?.scopes ?? []) ? (
          <a href={reportPath()}>{words.views.report}</a>
        ) : null}
      </Menu>
    </nav>
  )
}
