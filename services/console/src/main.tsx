// Draws the console and goes live.

import './style/font.css'
import './style/tokens.css'
import './style/base.css'
import './style/shell.css'
import './style/views.css'
import './style/queue.css'
import './style/alert.css'
import './style/map.css'
import './style/sound.css'
import './style/print.css'
import './style/forced-colours.css'
import { effect } from '@preact/signals'
import { render } from 'preact'
import { isReporter } from './shown/console-views.ts'
import { address } from './state/address.ts'
import { caller, unacknowledgedCount } from './state/console-state.ts'
import { hasTyped } from './state/forms.ts'
import { reportPath, startLanguage } from './state/language.ts'
import { startClock } from './state/live-link.ts'
import { markPage } from './state/notices.ts'
import { begin, beginAgain, lookForSession, whenSignedInElsewhere } from './state/session.ts'
import { App } from './view/app.tsx'
import { keepFocus } from './view/kept-focus.ts'

/** Not while the module is loaded: words that import from its file would wait for it in turn. */
async function start(place: HTMLElement): Promise<void> {
  await startLanguage()
  // A page that a browser cached and shows again may belong to somebody who has signed out.
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return
    // Immediately: it must not be seen, not even briefly.
    render(null, place)
    if (!hasTyped()) {
      location.reload()
      return
    }
    // With a reload the words would go, or a browser would ask about them over an empty page.
    void beginAgain()
    render(<App />, place)
  })
  render(<App />, place)
  startClock()
  keepFocus()
  effect(() => markPage(unacknowledgedCount.value.count ?? 0))
  whenSignedInElsewhere(() => void lookForSession())
  effect(() => {
    const scopes = caller.value?.scopes ?? []
    const asksForNothing = [...address.value.keys()].every(name => name === 'language')
    if (isReporter(scopes) && asksForNothing) location.replace(reportPath())
  })
  await begin()
}

const place = document.getElementById('console')
if (place === null) throw new Error('the page has no place for the console')
void start(place)
