export const zh = {
  title: '大屏',
  today: '今日指标',
  full: '进入全屏',
  ready: '就绪',
  more: '另有 {n} 席未显示',
  stale: '连接中断，画面为 {age} 前的数据，正在自动重连',
  noData: '还没有连上服务器，正在自动重连',
  late: '数据更新滞后，画面为 {age} 前的数据',
  loggedOut: '登录已失效，画面不再更新，请重新登录',
}
export const en: typeof zh = {
  title: 'Wallboard',
  today: 'Today',
  full: 'Full screen',
  ready: 'Ready',
  more: '{n} more seats not shown',
  stale: 'Connection lost: this is from {age} ago. Reconnecting by itself',
  noData: 'Not connected to the server yet. Connecting by itself',
  late: 'Late updates: this is from {age} ago',
  loggedOut: 'The session is over: nothing is updated any more. Please log in again',
}
