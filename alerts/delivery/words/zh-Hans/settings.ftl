## Settings of a chat.

bot-settings = 本聊天的设置
bot-settings-how = 也可以直接写：/settings language zh-Hans · zone Asia/Shanghai · quiet 22:00-07:00 · digest daily 09:00 · stage live · sources 2 · pause · resume · undo
language-own = 简体中文
settings-language = 语言
settings-language-how = 请选择我在这里使用的语言：{ $known }
settings-zone = 时区
settings-zone-how = 安静时段和汇总都按此时区计算。也可以写其他时区：/settings zone Europe/Paris
settings-zone-unknown = 没有名为“{ $name }”的时区。请这样写：/settings zone Asia/Shanghai
settings-quiet = 安静时段
settings-quiet-how = 这段时间内不发送提醒，结束后合并为一条发送。也可以写：/settings quiet 22:30-06:30，或 /settings quiet off（关闭）
settings-none = 无
settings-when = 提醒时间
settings-now = 立即
settings-daily = 每日 { $at }
settings-weekly = 每{ $day }

## The first three taps.

start-language = 1/3 · 你希望我使用哪种语言？
start-what = 2/3 · 你想关注什么？之后随时可以增加：/follow
start-platforms = 选择平台
start-pick = 勾选你关心的平台，然后继续。其他平台可以直接写：/follow 淘宝
start-none-picked = 还没有勾选任何平台。
start-when = 3/3 · 什么时候发送提醒？
start-done = 本聊天已关注：
start-sample = 提醒看起来是这样的：
button-next = 继续
button-return = 返回
button-to-group = 添加到群组
button-to-channel = 添加到频道
button-all = 所有阶段
button-forget = 全部忘记
forget-what = 我为本聊天保存：聊天编号、关注内容、设置、已发送的提醒，以及对提醒的报错。要全部忘记吗？也可以写：{ $sure }
forget-done = 为本聊天保存的一切都已删除。/start 可重新开始。
forget-nothing = 没有为本聊天保存任何内容。
