## What stands on buttons.

button-sources = 来源
button-timeline = 时间线
button-mute = 静音此事件
button-unmute = 取消静音
button-wrong = 有误
button-back = 上一页
button-on = 下一页

## What a press does, told to who pressed.

bot-muted = { $id } 已静音：本聊天不会再收到它的消息。
bot-unmuted = { $id } 已取消静音：有新进展时会再通知。
bot-wrong-noted = 谢谢。已记录下来，供规则编写者查看。
bot-wrong-known = 这里已经报告过了，谢谢。
bot-button-old = 这个按钮太旧了，我无法辨认它的用途。请改为输入命令：/help
bot-failed = 没有成功，问题出在我这边。请稍后再试。
source-copy = 转载
