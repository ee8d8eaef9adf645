export { part } from '../en/quarantine.ts'
