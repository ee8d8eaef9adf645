// Draws the console and goes live.

import { render } from 'preact'
import './style/base.css'
import './style/shell.css'
import './style/views.css'
import './style/queue.css'
import './style/alert.css'
import './style/map.css'
import './style/moment.css'
import './style/sound.css'
import './style/told.css'
import './style/print.css'
import { startClock } from './state/live-link.ts'
import { whenSignedInElsewhere } from './state/session/other-windows.ts'
import { begin, lookForSession } from './state/session.ts'
import { App } from './view/app.tsx'
import { words } from './words/words.ts'

const place = document.getElementById('console')
if (place === null) throw new Error('the page has no place for the console')
document.documentElement.lang = words.language
document.documentElement.dir = words.direction
// A page that a browser kept and shows again is as old as it was, and may be of somebody who has signed out since.
addEventListener('pageshow', ({ persisted }) => {
  if (!persisted) return
  document.body.replaceChildren()
  location.reload()
})
render(<App />, place)
startClock()
whenSignedInElsewhere(() => void lookForSession())
await begin()
