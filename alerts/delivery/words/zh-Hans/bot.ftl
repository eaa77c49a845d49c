## What the bot says.

bot-start =
    interopwatch 会在一个平台向另一个平台开放时通知你：支付、外链、消息、登录等。
    每项开放只通知一次，有新进展时再通知一次。
bot-place = 如需在此接收提醒，请运营者把本聊天加入配置（telegram.chats）：
bot-help =
    /start – 我是谁，以及本聊天的 ID
    /help – 显示此列表
    /status – 运行状况（仅限运营者）
bot-operators = /status 仅供本机器人的运营者使用。
bot-unknown = 我不认识这个命令。/help 会列出我能做的事。
bot-slow = 请求太多了，一分钟后我再回复。
bot-resumed = 已恢复向本聊天发送提醒。
bot-status = 等待：{ $waiting } · 已发送：{ $sent } · 失败：{ $failed } · 暂停的聊天：{ $paused }

## The menu of commands.

command-start = 我是谁，以及本聊天的 ID
command-help = 我能做什么
command-status = 运行状况（仅限运营者）
