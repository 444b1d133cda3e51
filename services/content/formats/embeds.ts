export { embedOfFrame, providerNames, providerOf } from '@floowe/contracts/embeds'
