export { part } from '../en/map.ts'
