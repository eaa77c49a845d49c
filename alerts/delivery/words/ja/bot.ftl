## What the bot says.

bot-start =
    interopwatch は、あるプラットフォームが別のプラットフォームに決済・リンク・メッセージ・ログインなどを開放したことをお知らせします。
    通知は開放ごとに一度、段階が進むごとにもう一度だけです。
bot-place = ここで通知を受け取るには /follow と書いてください。または運営者がこのチャットを設定（telegram.chats）に追加します：
bot-help = 語句を書けば検索、リンクを送れば該当するイベントをお答えします。
bot-operators = /status はこのボットの運営者専用です。
bot-unknown = そのコマンドはわかりません。/help でできることを確認できます。
bot-slow = リクエストが多すぎます。1 分後にまたお答えします。
bot-resumed = このチャットへの通知を再開しました。
bot-status = 待機：{ $waiting } · 送信済み：{ $sent } · 失敗：{ $failed } · 一時停止中のチャット：{ $paused }
status-oldest = 最も古いものは { $minutes } 分前から待っています。
status-silent = 応答なし：{ $loops }
status-failed = 最近失敗したもの：
status-sources = 問題のある情報源：{ $count }
status-how = /status、または失敗した通知を送り直す /status retry 12 と書いてください。
status-no-failed = 失敗した通知 { $number } はありません。
bot-configuration = 設定は反映されませんでした。直前の正しい設定で動作しています：{ $problem }

## What people ask for.

bot-latest = 最新の動き
bot-latest-how = 1 から { $most } までの数を書いてください。段階も付けられます。例：/latest 3 提供開始
bot-nothing-yet = まだ何も見つかっていません。
bot-event-how = イベントの番号を書いてください。例：/event E17
bot-no-event = イベント { $id } はありません。/latest で新しいものを確認できます。
bot-no-platform = 「{ $name }」というプラットフォームはありません。
bot-did-you-mean = もしかして：{ $names }
bot-no-capability = 「{ $name }」という開放の種類はありません。使えるもの：{ $known }
bot-nothing-known = { $name } については、まだ何もわかっていません。
bot-timeline-how = プラットフォームを 1 つか 2 つ書いてください。例：/timeline taobao wechat pay
bot-matrix = だれがだれに何を開放したか
bot-search-how = { $words } 語まで（{ $characters } 文字以内）で書いてください。例：/search taobao "ミニプログラム" -jd
bot-found-nothing = 「{ $words }」は見つかりませんでした。語を減らすか、別の名前をお試しください。
bot-link-unknown = そのページは未登録です。対象外の媒体か、新しすぎる可能性があります。
bot-link-nothing = 「{ $title }」は確認済みですが、開放の記述は見つかりませんでした。
bot-link-several = そのページにはイベントが { $count } 件あります

## What a chat follows.

bot-follow-how = プラットフォーム、開放の方向、開放の種類、または all を書いてください。条件も付けられます。例：/follow taobao · /follow taobao > wechat pay · /follow 決済 · /follow all 段階:提供開始 情報源:2 言語:日本語
bot-follow-all = すべて
bot-follow-unknown = このチャットに番号 { $number } のフォローはありません。/following で一覧を確認できます。
bot-follow-configured = これは設定（telegram.chats）によるものです。運営者がそこで変更できます。
bot-follow-too-many = 1 つのチャットでフォローできるのは { $most } 件までです。先にいくつか削除してください：/following
bot-follows = このチャットのフォロー
bot-follows-nothing = このチャットはまだ何もフォローしていません。/follow から始めてください
bot-following-how = /following pause 1（一時停止）· /following resume 1（再開）· /following remove 1（削除）· /following undo（元に戻す）– 一覧の番号を使います
bot-undo-nothing = 元に戻せる変更はありません。
bot-digest-how = 通知の届け方を書いてください。例：/digest off（すぐに）· /digest daily 09:00（毎日）· /digest weekly 金曜 09:00（毎週）
bot-only-admins = ここへの投稿内容を変更できるのは、このグループの管理者だけです。
bot-cannot-check = 管理者かどうかを今は Telegram に確認できません。何も変更していません。もう一度お試しください。
rhythm-immediate = 通知はすぐに届きます。
rhythm-daily = 通知は毎日 { $at } にまとめて届きます（{ $zone }）。
rhythm-weekly = 通知は毎週{ $day } { $at } にまとめて届きます（{ $zone }）。

## What stands in pictures.

picture-planned = 予定
picture-disputed = 情報に食い違い
picture-nothing = 情報なし

## The menu of commands.

command-start = このボットについて。3 回のタップで通知を開始
command-follow = ここで通知を受け取る（/follow taobao）
command-following = このチャットのフォロー：一時停止、削除、元に戻す
command-digest = 通知をすぐに、毎日、または毎週
command-settings = 言語、タイムゾーン、おやすみ時間、一時停止
command-latest = 最新のイベント（/latest 10）
command-search = 語句でイベントと記事を検索
command-event = 番号でイベントを表示（/event E17）
command-timeline = プラットフォームの時系列（1 つか 2 つ）
command-matrix = だれがだれに何を開放したか
command-help = できること
command-status = 稼働状況（運営者のみ）
