#pragma once
// A narrow strip of bars: what share of each step's traces a search found. Painted; data in by value.

#include <QVector>
#include <QWidget>

#include <optional>

namespace aha {

struct HitBar {
    qint64 step = 0, hits = 0, of = 0;
};

/// Where there are more steps than room, a bar is several of them. Click a bar to choose its steps. Keys: Left, Right,
/// Home and End walk the bars, Enter or Space chooses, Escape chooses all steps.
class HitStrip : public QWidget {
    Q_OBJECT
public:
    explicit HitStrip(QWidget* parent = nullptr);

    void setBars(const QVector<HitBar>& bars); ///< in order of steps
    /// Which steps are looked at; the others are pale. Without ends: all.
    void setChosen(std::optional<qint64> from, std::optional<qint64> to);
    int barCount() const { return int(binned().size()); }
    QRectF barRect(int bar) const; ///< its column, over the whole height
    QString barText(int bar) const; ///< "step 12: 5 of 256 traces (2.0 %)"
    int current() const { return m_current; }
    QSize sizeHint() const override { return { 400, 62 }; }

Q_SIGNALS:
    void stepsChosen(qint64 from, qint64 to);
    void allChosen();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    QRectF barRect(int bar, qsizetype count) const; ///< of so many
    struct Bin {
        qint64 from, to, hits, of;
        double share() const { return of > 0 ? double(hits) / double(of) : 0; }
    };
    QVector<Bin> binned() const;
    QRectF area() const;
    int barAt(double x) const;
    void choose(int bar);
    void setCurrent(int bar);

    QVector<HitBar> m_bars;
    std::optional<qint64> m_from, m_to;
    int m_current = -1;
};

} // namespace aha
