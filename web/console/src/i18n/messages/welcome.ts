export const zh = {
  title: '{name}，您好',
  choose: '请从左侧选择要做的工作。人员、线路、语音流程等设置目前用命令行工具 yihaotong 维护。',
  nothing: '您的岗位在控制台里还没有页面。人员、线路、语音流程等设置目前用命令行工具 yihaotong 维护。',
}
export const en: typeof zh = {
  title: 'Hello, {name}',
  choose: 'Choose your work at the left. People, lines and voice flows are kept with the yihaotong command for now.',
  nothing: 'Your role has no page in the console yet. People, lines and voice flows are kept with the yihaotong command for now.',
}
