#pragma once
// One or two distributions over the same bins, bar beside bar, as shares of their own sums. Painted, no library: no
// zoom.

#include <QColor>
#include <QString>
#include <QVector>
#include <QWidget>

#include <vector>

namespace aha {

struct PairedBarsData {
    struct Side {
        QString label;
        QColor color;
        QVector<quint64> counts;
        bool hatched = false; ///< told apart without colour
    };
    Side left, right; ///< as many counts each; a right side without a label is none
    QString counted; ///< "reflection words"
    QString low, high; ///< what the ends of the axis are: "start", "end of the trace"
};

class PairedBars : public QWidget {
    Q_OBJECT
public:
    explicit PairedBars(QWidget* parent = nullptr);

    void setData(const PairedBarsData& data);
    /// "20 – 25 % of the trace: right 12.1 % (n = 210), wrong …"; "" outside.
    QString hint(int x) const;
    /// The same of the bin that the arrow keys chose; "" while there is none.
    QString currentHint() const { return hintOf(m_current); }
    QSize sizeHint() const override { return { 320, 170 }; }

Q_SIGNALS:
    void currentChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    QRect area() const;
    qsizetype bins() const;
    std::vector<const PairedBarsData::Side*> sides() const; ///< those that there are
    QString hintOf(qsizetype bin) const;
    double share(const PairedBarsData::Side& side, qsizetype bin) const;

    PairedBarsData m_data;
    quint64 m_sums[2] = { 0, 0 };
    qsizetype m_current = -1;
};

} // namespace aha
