declare module '@npmcli/config/lib/definitions/index.js' {
  import type Config from '@npmcli/config'

  const npm: Required<Pick<Config.Options, 'definitions' | 'shorthands' | 'flatten'>>
  export default npm
}
