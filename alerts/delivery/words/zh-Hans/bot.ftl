## What the bot says.

bot-start =
    interopwatch 会在一个平台向另一个平台开放时通知你：支付、外链、消息、登录等。
    每项开放只通知一次，有新进展时再通知一次。
bot-place = 如需在此接收提醒，请写 /follow；或由运营者把本聊天加入配置（telegram.chats）：
bot-help = 直接写词语即可搜索；发送链接可查看它涉及哪个事件。
bot-operators = /status 仅供本机器人的运营者使用。
bot-unknown = 我不认识这个命令。/help 会列出我能做的事。
bot-slow = 请求太多了，一分钟后我再回复。
bot-resumed = 已恢复向本聊天发送提醒。
bot-status = 等待：{ $waiting } · 已发送：{ $sent } · 失败：{ $failed } · 暂停的聊天：{ $paused }
status-oldest = 最早的一条已到期 { $minutes } 分钟。
status-silent = 没有动静：{ $loops }
status-failed = 最近失败的：
status-sources = 有问题的来源：{ $count }
status-how = 请写 /status，或用 /status retry 12 重发失败的提醒。
status-no-failed = 没有失败的提醒 { $number }。
bot-configuration = 配置未被采用，仍使用上一份正确的配置：{ $problem }

## What people ask for.

bot-latest = 最新进展
bot-latest-how = 请写 1 到 { $most } 的数字，也可以加上阶段，例如：/latest 3 已上线
bot-nothing-yet = 目前还没有发现任何事件。
bot-event-how = 请写事件编号，例如：/event E17
bot-no-event = 没有事件 { $id }。/latest 会列出最新的事件。
bot-no-platform = 没有名为“{ $name }”的平台。
bot-did-you-mean = 你是不是想找：{ $names }？
bot-no-capability = 没有名为“{ $name }”的开放类别。可用的有：{ $known }
bot-nothing-known = 目前没有关于{ $name }的信息。
bot-timeline-how = 请写一个或两个平台，例如：/timeline 淘宝 微信支付
bot-matrix = 谁向谁开放了什么
bot-search-how = 请写不超过 { $words } 个词（最多 { $characters } 个字符），例如：/search 淘宝 "小程序" -京东
bot-found-nothing = 没有找到“{ $words }”。请减少词语，或换一个名称。
bot-link-unknown = 我没有收录这个网页。它可能来自我不读取的媒体，或者太新了。
bot-link-nothing = 我读过《{ $title }》，其中没有发现开放事件。
bot-link-several = 该网页涉及 { $count } 个事件

## What a chat follows.

bot-follow-how = 请写一个平台、一个平台向另一个平台的开放、一种开放类别，或 all，后面可加筛选。例如：/follow 淘宝 · /follow 淘宝 > 微信支付 · /follow 支付 · /follow all 阶段:已上线 来源:2 语言:日文
bot-follow-all = 全部
bot-follow-unknown = 本聊天没有编号为 { $number } 的关注。/following 会列出所有关注。
bot-follow-configured = 该项来自配置（telegram.chats），请由运营者在那里修改。
bot-follow-too-many = 一个聊天最多可关注 { $most } 项。请先移除一些：/following
bot-follows = 本聊天的关注
bot-follows-nothing = 本聊天还没有关注任何内容。请从 /follow 开始
bot-following-how = /following pause 1（暂停）· /following resume 1（恢复）· /following remove 1（移除）· /following undo（撤销）– 使用列表中的编号
bot-undo-nothing = 没有可以撤销的更改。
bot-digest-how = 请写提醒的发送方式，例如：/digest off（立即）· /digest daily 09:00（每日）· /digest weekly 周五 09:00（每周）
bot-only-admins = 只有本群管理员可以更改我在这里发送的内容。
bot-cannot-check = 目前无法向 Telegram 确认你是否为管理员。未作任何更改，请稍后再试。
rhythm-immediate = 提醒会立即发送。
rhythm-daily = 提醒会汇总，每日 { $at } 发送（{ $zone }）。
rhythm-weekly = 提醒会汇总，每{ $day } { $at } 发送（{ $zone }）。

## What stands in pictures.

picture-planned = 计划中
picture-disputed = 说法不一
picture-nothing = 暂无信息

## The menu of commands.

command-start = 我是谁，点三下开始接收提醒
command-follow = 在此接收提醒（/follow 淘宝）
command-following = 本聊天的关注：暂停、移除、撤销
command-digest = 立即、每日或每周提醒
command-settings = 语言、时区、安静时段、暂停
command-latest = 最新事件（/latest 10）
command-search = 按词语搜索事件和文章
command-event = 按编号查看事件（/event E17）
command-timeline = 一个或两个平台的时间线
command-matrix = 谁向谁开放了什么
command-help = 我能做什么
command-status = 运行状况（仅限运营者）
