export const zh = {
  title: '查看完整号码',
  why: '查看会记入日志。请选择原因：',
  reasons: { callback: '需要回拨来电人', verify: '核对来电人身份', handling: '办理工单需要联系', other: '其他原因' },
  other: '请写明原因',
  show: '查看',
  shown: '完整号码',
  copy: '复制号码',
  hidden: '30 秒后自动隐藏',
  button: '查看号码 {masked}',
}
export const en: typeof zh = {
  title: 'Show the full number',
  why: 'This is logged. Why do you need it?',
  reasons: { callback: 'To call back', verify: 'To check who is calling', handling: 'To handle the ticket', other: 'Another reason' },
  other: 'Please say why',
  show: 'Show',
  shown: 'Full number',
  copy: 'Copy the number',
  hidden: 'Hidden again after 30 s',
  button: 'Show the number {masked}',
}
