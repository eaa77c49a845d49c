## Settings of a chat.

bot-settings = このチャットの設定
bot-settings-how = 文字でも書けます：/settings language ja · zone Asia/Tokyo · quiet 22:00-07:00 · digest daily 09:00 · stage live · sources 2 · pause · resume · undo
language-own = 日本語
settings-language = 言語
settings-language-how = ここで使う言語を選んでください：{ $known }
settings-zone = タイムゾーン
settings-zone-how = おやすみ時間とまとめ配信はこの時刻に従います。ほかの地域は文字で：/settings zone Europe/Paris
settings-zone-unknown = 「{ $name }」というタイムゾーンはありません。例：/settings zone Asia/Tokyo
settings-quiet = おやすみ時間
settings-quiet-how = この時間帯は何も届かず、終わったあとに 1 通にまとめて届きます。文字でも：/settings quiet 22:30-06:30、解除は /settings quiet off
settings-none = なし
settings-when = 通知のタイミング
settings-now = すぐに
settings-daily = 毎日 { $at }
settings-weekly = 毎週{ $day }

## The first three taps.

start-language = 1/3 · どの言語でお知らせしますか？
start-what = 2/3 · 何についてお知らせしますか？あとから追加できます：/follow
start-platforms = プラットフォームを選ぶ
start-pick = 気になるプラットフォームにチェックを付けて進んでください。ほかのものは文字で：/follow taobao
start-none-picked = まだプラットフォームが選ばれていません。
start-when = 3/3 · 通知はいつ届けますか？
start-done = このチャットのフォロー：
start-sample = 通知はこのように届きます：
button-next = 次へ進む
button-return = 戻る
button-to-group = グループに追加
button-to-channel = チャンネルに追加
button-all = すべての段階
button-forget = すべて忘れる
forget-what = このチャットについて保存しているもの：チャット番号、フォロー、設定、届けた通知、誤りの報告。すべて忘れますか？文字では：{ $sure }
forget-done = このチャットについて保存していたものはすべて消しました。/start で最初から始められます。
forget-nothing = このチャットについて保存しているものはありません。
